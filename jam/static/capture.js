// Writing down what is said in a case's session. A line stays in this browser until the server has it, and is sent again until
// then: after a moment without network, a reload, or signing in anew. What is only begun belongs to the tab that it was begun in,
// and to the next one once that is gone. Without the script each form saves by itself.
(function () {
  "use strict";

  var box = document.querySelector("[data-capture]");
  if (!box) { return; }
  var key = box.dataset.key;
  var address = box.dataset.lines;
  var status = document.querySelector("[data-sync]");
  var server = JSON.parse(box.dataset.begin);
  var forms = {};
  box.querySelectorAll("[data-form]").forEach(function (form) { forms[form.dataset.form] = form; });
  var memory = null; // what is kept, where the browser keeps nothing
  var running = false;
  var again = false;
  var trouble = "";
  var editing = null;
  var shown = "";
  var POLL = 10000;
  var NAMES = ["recommendation", "edit", "question", "summary"];
  var locks = window.navigator.locks;
  var PATIENCE = 12000; // a request that hangs longer is given up and sent again; a line that comes twice is kept once

  var made = false; // the name of this tab, which no other can have then
  var tab = named();

  // --- what waits ---

  function kept() {
    var found = memory;
    if (!found) {
      try { found = JSON.parse(window.localStorage.getItem(key)); } catch (error) { found = null; }
    }
    found = found && found.waiting ? found : { waiting: {}, order: null, drafts: {}, count: 0 };
    if (NAMES.some(function (name) { return found.drafts[name]; })) { found.drafts = { before: found.drafts }; } // as it was kept before
    return found;
  }

  function drafts() { return kept().drafts[tab] || {}; }

  function own(now) { return now.drafts[tab] || (now.drafts[tab] = {}); }

  function change(how) {
    var now = kept();
    how(now);
    Object.keys(now.drafts).forEach(function (id) { if (!Object.keys(now.drafts[id]).length) { delete now.drafts[id]; } });
    var empty = !Object.keys(now.waiting).length && !now.order && !Object.keys(now.drafts).length;
    try {
      if (empty) { window.localStorage.removeItem(key); } else { window.localStorage.setItem(key, JSON.stringify(now)); }
      memory = null;
    } catch (error) { memory = now; } // it waits in this page alone
  }

  function wait(line) {
    change(function (now) {
      now.count += 1;
      line.turn = now.count + "-" + Date.now();
      now.waiting[line.client_id] = line;
    });
    show();
    sync();
  }

  function fresh() {
    if (window.crypto && window.crypto.randomUUID) { return window.crypto.randomUUID(); }
    var bytes = window.crypto.getRandomValues(new Uint8Array(16)); // not on a secure page: the same, by hand
    return Array.from(bytes, function (each) { return each.toString(16).padStart(2, "0"); }).join("");
  }

  // --- forms ---

  function text(form, name) { return form.elements[name] ? form.elements[name].value : ""; }

  function label(form, name) {
    var field = form.elements[name];
    return field && field.value ? field.options[field.selectedIndex].textContent : "";
  }

  function who(option) { return option.dataset.name || option.textContent; }

  function lineOf(form) {
    return {
      kind: "recommendation", client_id: text(form, "client_id"), words: text(form, "words").trim(),
      suggested_by: text(form, "suggested_by"), who: who(form.elements.suggested_by.selectedOptions[0]),
      lever: text(form, "lever"), lever_name: label(form, "lever"), link: text(form, "link").trim(),
      earlier: text(form, "earlier"), earlier_name: label(form, "earlier")
    };
  }

  function put(form, line) {
    ["client_id", "words", "suggested_by", "lever", "link", "earlier"].forEach(function (name) {
      if (form.elements[name]) { form.elements[name].value = line[name] || ""; }
    });
    var names = form.elements.suggested_by; // names.js shows it, and what is only half a name
    if (!names) { return; }
    if (line.suggested_by && !names.value) { // somebody who came onto the list since this page was made
      var option = new Option(line.who, line.suggested_by, false, true);
      option.dataset.name = option.dataset.label = line.who;
      names.add(option);
    }
    names.dataset.half = line.half || "";
    names.dispatchEvent(new Event("put"));
  }

  function draft(name, line) { change(function (now) { if (line) { own(now)[name] = line; } else { delete own(now)[name]; } }); }

  function empty(form) {
    put(form, { client_id: fresh() });
    draft(form.dataset.form, null);
  }

  function typed(form) {
    var line = lineOf(form);
    line.words = text(form, "words"); // a blank at the end is still being typed
    line.half = form.elements.suggested_by.dataset.half || "";
    return line;
  }

  // What is only begun as a new line is set aside meanwhile, and stands in the form again after that.
  function edit(line, quietly) {
    var form = forms.recommendation;
    var words = form.querySelector("[data-editing]");
    if (editing && editing.client_id !== line.client_id && drafts().edit) {
      words.textContent = "Keep this change or leave the line as it was, then change the other one.";
      form.elements.words.focus();
      return;
    }
    if (!editing && text(form, "words").trim()) { draft("recommendation", typed(form)); }
    editing = line;
    put(form, line);
    form.querySelector("details").open = Boolean(line.lever || line.link || line.earlier);
    words.textContent = "You change a line that stands below.";
    words.hidden = form.querySelector("[data-cancel]").hidden = false;
    if (!quietly) { form.elements.words.focus(); }
  }

  function leave() {
    var form = forms.recommendation;
    editing = null;
    form.querySelector("[data-editing]").hidden = form.querySelector("[data-cancel]").hidden = true;
    draft("edit", null);
    var begun = drafts().recommendation || { client_id: fresh() };
    put(form, begun);
    form.querySelector("details").open = Boolean(begun.lever || begun.link || begun.earlier);
  }

  if (forms.recommendation) {
    forms.recommendation.addEventListener("submit", function (event) {
      event.preventDefault();
      var line = lineOf(this);
      if (!line.words) { this.elements.words.focus(); return; }
      var same = editing && !editing.problem && !drafts().edit;
      if (editing) { line.seen = editing.seen; leave(); } else { empty(this); }
      if (!same) { wait(line); }
      this.elements.words.focus();
    });
    forms.recommendation.querySelector("[data-cancel]").addEventListener("click", leave);
    forms.recommendation.addEventListener("input", function () {
      var line = typed(this);
      if (!editing) { draft("recommendation", line.words ? line : null); return; }
      line.seen = editing.seen;
      line.turn = editing.turn;
      line.problem = editing.problem;
      draft("edit", line);
    });
  }
  if (forms.question) {
    forms.question.addEventListener("submit", function (event) {
      event.preventDefault();
      var line = { kind: "question", client_id: text(this, "client_id"), words: text(this, "words").trim() };
      if (!line.words) { this.elements.words.focus(); return; }
      empty(this);
      wait(line);
      this.elements.words.focus();
    });
    forms.question.addEventListener("input", function () {
      var words = text(this, "words");
      draft("question", words ? { client_id: text(this, "client_id"), words: words } : null);
    });
  }
  forms.summary.addEventListener("submit", function (event) {
    event.preventDefault();
    keepSummary();
  });
  forms.summary.addEventListener("input", function () { draft("summary", summaryOf(this)); });
  forms.summary.addEventListener("change", function () {
    var now = kept().waiting.summary;
    if (!now || !now.problem) { keepSummary(); return; }
    change(function (each) { // over a colleague's words only with the button
      Object.assign(each.waiting.summary, summaryOf(forms.summary));
      delete own(each).summary;
    });
    show();
  });
  var given = forms.summary.querySelector("[data-take]");
  given.addEventListener("click", function () {
    if (!given.dataset.sure) {
      given.dataset.sure = "yes";
      given.textContent = "Yes, throw mine away";
      return;
    }
    change(function (now) { delete now.waiting.summary; delete own(now).summary; });
    forms.summary.elements.words.value = server.summary.words;
    forms.summary.elements.confirmed.checked = server.summary.confirmed;
    forms.summary.elements.seen.value = server.summary.seen;
    show();
  });
  // What was begun in this tab, or in one that is gone, stands in the forms again.
  function restore() {
    var begun = drafts();
    if (forms.recommendation) {
      if (begun.recommendation && !editing && !text(forms.recommendation, "words")) { put(forms.recommendation, begun.recommendation); }
      if (begun.edit && !editing) { edit(begun.edit, true); }
    } else if (sent()) { // begun in this browser when it was sent: it stands here until somebody throws it away
      change(function (now) {
        ["recommendation", "edit"].forEach(function (name) {
          var line = own(now)[name];
          delete own(now)[name];
          if (!line || !line.words.trim() || now.waiting[line.client_id]) { return; }
          line.turn = "begun";
          line.problem = "This was begun, and they were sent before it was kept.";
          now.waiting[line.client_id] = line;
        });
      });
    }
    if (forms.question && begun.question && !text(forms.question, "words")) { put(forms.question, begun.question); }
    var waits = kept().waiting.summary;
    var mine = begun.summary || waits;
    if (!mine) { return; }
    forms.summary.elements.words.value = mine.words;
    forms.summary.elements.confirmed.checked = mine.confirmed;
    forms.summary.elements.seen.value = mine.seen;
    if (!begun.summary) { return; }
    if (!waits || !waits.problem) { keepSummary(); return; } // a reload leaves the field, too
    change(function (now) {
      Object.assign(now.waiting.summary, begun.summary);
      delete own(now).summary;
    });
  }

  // Of a tab that is gone: what does not stand in the way of what was begun here.
  function adopt(id) {
    change(function (now) {
      var theirs = now.drafts[id] || {};
      Object.keys(theirs).forEach(function (name) {
        if (own(now)[name]) { return; }
        own(now)[name] = theirs[name];
        delete theirs[name];
      });
    });
    restore();
    show();
  }

  // Each tab holds a lock of its own name as long as it lives; a lock that can be had belonged to one that is gone.
  function live() {
    locks.request(key + tab, { signal: window.AbortSignal.timeout(1500) }, function () {
      Object.keys(kept().drafts).forEach(function (id) {
        if (id !== tab) { locks.request(key + id, { ifAvailable: true }, function (lock) { if (lock) { adopt(id); } }); }
      });
      return new Promise(function () {}); // until the page goes
    }).catch(function (error) {
      if (made || ["TimeoutError", "AbortError"].indexOf(error.name) < 0) { return; } // it goes on without the lock
      window.sessionStorage.removeItem(key); // a copy of a tab that lives
      window.location.reload();
    });
  }

  function named() {
    if (!locks || !window.AbortSignal || !window.AbortSignal.timeout) { return "all"; }
    try {
      var id = window.sessionStorage.getItem(key);
      made = !id;
      id = id || fresh();
      window.sessionStorage.setItem(key, id);
      return id;
    } catch (error) { return "all"; }
  }

  function summaryOf(form) {
    return { kind: "summary", client_id: "summary", words: text(form, "words"), confirmed: form.elements.confirmed.checked, seen: text(form, "seen") };
  }

  function sent() { return Boolean(server.sent) || box.hasAttribute("data-sent"); }

  function keepSummary() {
    draft("summary", null);
    wait(summaryOf(forms.summary));
  }

  // --- sending ---

  function sync() {
    if (running) { again = true; return; }
    running = true;
    var now = kept();
    var brought = Object.keys(now.waiting).map(function (id) { return now.waiting[id]; }).filter(function (each) { return !each.problem; });
    ask(brought, now.order, true)
      .then(function (answer) { if (answer) { take(answer, brought, now.order); } })
      .catch(function () { trouble = "there is no connection"; })
      .finally(function () {
        running = false;
        show();
        if (again) { again = false; sync(); }
      });
  }

  // One round; the token of a page that stood open for long is made anew once. Nothing comes back where nothing was kept.
  function ask(brought, order, first) {
    var how = { redirect: "manual", headers: { Accept: "application/json" } };
    if (brought.length || order) {
      how.method = "POST";
      how.headers["Content-Type"] = "application/json";
      how.headers["X-CSRFToken"] = server.csrf;
      how.body = JSON.stringify({ lines: brought, order: order });
    }
    if (window.AbortSignal && window.AbortSignal.timeout) { how.signal = window.AbortSignal.timeout(PATIENCE); }
    return fetch(address, how).then(function (answer) {
      if (answer.type === "opaqueredirect") { trouble = "signed out"; return null; }
      if (answer.ok || answer.status === 409) { trouble = ""; return answer.json(); }
      if (answer.status === 400 && how.method && first) {
        return ask([], null, false).then(function (got) {
          if (!got) { return null; }
          server.csrf = got.csrf;
          return ask(brought, order, false);
        });
      }
      trouble = answer.status === 403 || answer.status === 404 ? "you may not write here any more" : "the server does not answer as it should";
      return null;
    });
  }

  function take(answer, brought, order) {
    server = answer;
    if (answer.closed) {
      trouble = answer.closed;
      change(function (now) { // only words are kept back
        now.order = null;
        Object.keys(now.waiting).forEach(function (id) { if (now.waiting[id].removed) { delete now.waiting[id]; } });
      });
      return;
    }
    var problems = answer.problems || {};
    var summarised = false;
    change(function (now) {
      brought.forEach(function (line) {
        var here = now.waiting[line.client_id];
        if (!here) { return; }
        var stands = answer.lines.find(function (each) { return each.client_id === line.client_id; });
        var problem = problems[line.client_id];
        summarised = summarised || (line.kind === "summary" && !problem);
        if (!problem && stands && !line.removed && !within(answer.lines, line)) {
          problem = "Somebody else changed this line meanwhile. Theirs stands here; what you wrote is not saved.";
        }
        if (here.turn === line.turn) {
          if (problem && !line.removed) { here.problem = problem; } else { delete now.waiting[line.client_id]; }
        } else { // changed again on its way: what it was changed from is what the server has now
          if (stands && same(stands, line)) { here.seen = stands.seen; }
          if (line.kind === "summary" && !problem) { here.seen = answer.summary.seen; }
        }
        if (editing && editing.turn && editing.turn === line.turn && stands && same(stands, line)) {
          editing.seen = stands.seen;
          if (own(now).edit) { own(now).edit.seen = stands.seen; }
        }
      });
      if (JSON.stringify(now.order) === JSON.stringify(order)) { now.order = null; }
    });
    var form = forms.summary;
    if (!kept().waiting.summary && !drafts().summary) {
      if (document.activeElement !== form.elements.words) {
        form.elements.words.value = answer.summary.words;
        form.elements.confirmed.checked = answer.summary.confirmed;
      } else if (form.elements.words.value !== answer.summary.words && !summarised) { return; }
    } else if (!summarised) { return; } // typed over what stood before: the server tells whether that still stands
    form.elements.seen.value = answer.summary.seen;
    if (drafts().summary) { change(function (now) { own(now).summary.seen = answer.summary.seen; }); }
  }

  function plain(words) { return (words || "").normalize("NFC").replace(/[\p{C}\s]+/gu, ""); }

  function same(one, other) {
    return plain(one.words) === plain(other.words) &&
      ["suggested_by", "lever", "link", "earlier"].every(function (name) { return plain(one[name]) === plain(other[name]); });
  }

  function within(all, line) { return all.some(function (each) { return plain(each.words) === plain(line.words); }); }

  // --- what stands on the page ---

  function lines() {
    var now = kept();
    var all = [];
    server.lines.forEach(function (line) { // what could not be saved stands below what is saved
      var mine = now.waiting[line.client_id];
      if (!mine || mine.problem) { all.push(line); }
      if (mine) { all.push(mine.problem ? Object.assign({}, mine, { seen: line.seen, beside: true }) : mine); }
    });
    var known = server.lines.map(function (line) { return line.client_id; });
    Object.keys(now.waiting).forEach(function (id) {
      var line = now.waiting[id];
      if (line.kind === "recommendation" && known.indexOf(id) < 0) { all.push(line); }
    });
    all = all.filter(function (line) { return !line.removed; });
    if (now.order) {
      var place = function (line) { var at = now.order.indexOf(line.client_id); return at < 0 ? now.order.length : at; };
      all = all.map(function (line, at) { return [place(line), at, line]; })
        .sort(function (a, b) { return a[0] - b[0] || a[1] - b[1]; }).map(function (each) { return each[2]; });
    }
    return all;
  }

  function questions() {
    var now = kept();
    var all = server.questions.filter(function (each) { return !now.waiting[each.client_id]; });
    Object.keys(now.waiting).forEach(function (id) { if (now.waiting[id].kind === "question" && !now.waiting[id].removed) { all.push(now.waiting[id]); } });
    return all;
  }

  function element(name, words, kind) {
    var made = document.createElement(name);
    made.textContent = words;
    if (kind) { made.className = kind; }
    return made;
  }

  function button(words, about, act, id) {
    var made = element("button", words, "btn btn-sm btn-outline-secondary");
    made.type = "button";
    made.dataset.act = words.split(" ").pop().toLowerCase() + id;
    made.append(" ", element("span", about, "visually-hidden"));
    made.addEventListener("click", function () { act(made); });
    return made;
  }

  function removal(line, about) {
    return button("Remove", about, function (made) {
      if (!made.dataset.sure) {
        made.dataset.sure = "yes";
        made.firstChild.textContent = "Yes, remove";
        return;
      }
      if (editing && editing.client_id === line.client_id) { leave(); }
      wait({ kind: line.kind || "recommendation", client_id: line.client_id, words: line.words, removed: true });
    }, line.client_id);
  }

  function disposal(line, about) {
    return button("Throw away", about, function (made) {
      if (!made.dataset.sure) {
        made.dataset.sure = "yes";
        made.firstChild.textContent = "Yes, throw away";
        return;
      }
      if (editing && editing.client_id === line.client_id) { leave(); }
      change(function (now) { delete now.waiting[line.client_id]; });
      show();
    }, line.client_id);
  }

  function item(line, at, all) {
    var made = document.createElement("li");
    made.append(element("p", line.words, "text-break case-words"));
    var about = "recommendation " + (at + 1);
    var said = [line.who, line.lever_name, line.earlier_name, line.link].filter(Boolean).join(" · ");
    var may = server.open && !sent() && forms.recommendation;
    var waits = line.problem ? line.problem + (may ? " Change it, so that it can be saved." : "") : line.turn ? "waits to be saved" : "";
    made.append(element("p", said + (said && waits ? " · " : "") + waits, "soft text-break"));
    var stuck = line.problem || (line.turn && !may);
    if (!may && !stuck) { return made; }
    var buttons = element("div", "", "actions");
    if (may) { buttons.append(button("Change", about, function () { edit(line); }, line.client_id)); }
    if (stuck) {
      buttons.append(disposal(line, about));
      made.append(buttons);
      return made;
    }
    if (at > 0) {
      buttons.append(button("Up", about, function () {
        var ids = all.filter(function (each) { return !each.beside; }).map(function (each) { return each.client_id; });
        var place = ids.indexOf(line.client_id);
        if (place < 1) { return; }
        ids.splice(place - 1, 2, ids[place], ids[place - 1]);
        change(function (now) { now.order = ids; });
        show();
        sync();
      }, line.client_id));
    }
    buttons.append(removal(line, about));
    made.append(buttons);
    return made;
  }

  function noted(line, at) {
    var made = document.createElement("li");
    made.append(element("p", line.words + (line.turn ? " (waits to be saved)" : ""), "text-break"));
    if (line.problem) { made.append(element("p", line.problem, "soft")); }
    var stuck = line.problem || (line.turn && !server.open);
    if (stuck || server.open) {
      var buttons = element("div", "", "actions");
      buttons.append(stuck ? disposal(line, "question " + (at + 1)) : removal({ kind: "question", client_id: line.client_id, words: line.words }, "question " + (at + 1)));
      made.append(buttons);
    }
    return made;
  }

  function show() {
    var all = lines();
    var asked = questions();
    var now = JSON.stringify([all, asked, server.open, sent()]);
    if (now !== shown) {
      shown = now;
      var held = document.activeElement && document.activeElement.dataset ? document.activeElement.dataset.act : "";
      fill("recommendation", all.map(item));
      fill("question", asked.map(noted));
      var back = held ? Array.from(box.querySelectorAll("[data-act]")).find(function (each) { return each.dataset.act === held; }) : null;
      if (back) { back.focus(); }
    }
    var notice = box.querySelector("[data-sent-notice]");
    if (notice.hidden && sent()) {
      notice.hidden = false;
      if (forms.recommendation && !editing && !text(forms.recommendation, "words").trim()) { forms.recommendation.hidden = true; }
    }
    tell();
  }

  function fill(name, items) {
    var list = box.querySelector("[data-list=" + name + "]");
    list.replaceChildren.apply(list, items);
  }

  function tell() {
    var now = kept();
    var ids = Object.keys(now.waiting);
    var number = ids.length + (now.order ? 1 : 0);
    var stuck = ids.filter(function (id) { return now.waiting[id].problem; });
    var words = "";
    if (trouble === "signed out") {
      words = "You are signed out. " + (number ? counted(number) + " here until you sign in; nothing is lost." : "Sign in to go on.");
    } else if (trouble) {
      words = (number ? counted(number) + " in this browser: " : "Everything is saved, but ") + trouble.replace(/\.$/, "") + "." +
        (trouble === "there is no connection" && number ? " Go on writing; they are sent by themselves." : "");
    } else if (stuck.length) {
      var lost = stuck.filter(function (id) { return id !== "summary"; }).length;
      words = [
        now.waiting.summary && now.waiting.summary.problem,
        lost === 1 ? "One line could not be saved: see what stands below it." : lost ? lost + " lines could not be saved: see what stands below them." : ""
      ].filter(Boolean).join(" ");
    } else { words = number ? counted(number) + " to be saved." : "Everything is saved."; }
    if (memory && number) { words += " Keep this page open."; }
    if (status.dataset.words !== words) {
      status.dataset.words = words;
      status.textContent = words;
      if (trouble === "signed out") {
        var link = element("a", "Sign in");
        link.href = box.dataset.signin;
        link.target = "_blank";
        status.append(" ", link);
      }
    }
    status.classList.toggle("capture-waits", Boolean(number) || Boolean(trouble));
    var theirs = forms.summary.querySelector("[data-theirs]");
    theirs.hidden = given.hidden = !now.waiting.summary || (!now.waiting.summary.problem && server.open);
    if (theirs.hidden) {
      delete given.dataset.sure;
      given.textContent = "Take what is saved";
    } else { // whoever saves again has read it
      forms.summary.elements.seen.value = server.summary.seen;
      theirs.textContent = "As it is saved now: " + (server.summary.words || "nothing.") +
        (server.summary.confirmed ? " (The presenter said that it is right.)" : "");
    }
  }

  function counted(number) { return number === 1 ? "1 change waits" : number + " changes wait"; }

  window.addEventListener("online", sync);
  window.addEventListener("focus", sync);
  window.addEventListener("storage", function (event) { if (event.key === key) { show(); } });
  document.addEventListener("visibilitychange", function () { if (document.visibilityState === "visible") { sync(); } });
  window.setInterval(function () { if (document.visibilityState === "visible") { sync(); } }, POLL);
  restore();
  show();
  if (tab !== "all") { live(); }
  if (Object.keys(kept().waiting).length || kept().order) { sync(); }
})();
