// Keeps what is typed into a case while it is typed, and shows what looks like an identifier. Without it the button saves.
(function () {
  "use strict";

  var form = document.querySelector("form[data-autosave]");
  if (!form) { return; }
  var status = form.querySelector("[data-saved]");
  var waiting = 0;
  var stopped = false;
  var running = false;
  var again = false;

  function element(name, words, kind) {
    var made = document.createElement(name);
    made.textContent = words;
    if (kind) { made.className = kind; }
    return made;
  }

  function show(found) {
    form.querySelectorAll("[data-found]").forEach(function (place) {
      var mine = found[place.dataset.found] || [];
      var fresh = [];
      if (mine.length) {
        var list = document.createElement("ul");
        mine.forEach(function (each) {
          var item = document.createElement("li");
          item.append(element("mark", each.words), " ", element("span", each.kind + ".", "soft"), " " + each.suggestion);
          list.append(item);
        });
        fresh = [element("p", "This may tell who it is about:", "findings-head"), list];
      }
      var before = place.textContent;
      var holder = document.createElement("div");
      holder.append.apply(holder, fresh);
      if (holder.textContent !== before) { place.replaceChildren.apply(place, Array.from(holder.childNodes)); }
    });
  }

  function save() {
    if (stopped) { return; }
    if (running) { again = true; return; }
    running = true;
    var typed = new FormData(form);
    typed.set("do", "autosave");
    fetch(form.action, { method: "POST", body: typed, headers: { Accept: "application/json" } })
      .then(function (answer) { return answer.json().then(function (said) { return [answer.status, said]; }); })
      .then(function (got) {
        var said = got[1];
        if (said.problem) {
          status.textContent = said.problem;
          if (got[0] === 409) { stopped = true; }
          return;
        }
        form.elements.seen.value = said.seen;
        status.textContent = said.saved;
        show(said.found);
      })
      .catch(function () { status.textContent = "Not saved yet: there is no connection. Keep this page open; we try again."; later(10000); })
      .finally(function () { running = false; if (again) { again = false; later(0); } });
  }

  function later(pause) {
    clearTimeout(waiting);
    waiting = setTimeout(save, pause);
  }

  form.addEventListener("input", function () { later(1500); });
  form.addEventListener("change", function () { later(300); });
  form.addEventListener("submit", function () { clearTimeout(waiting); stopped = true; });
  // On a slow line people write before this script is there.
  if (Array.from(form.querySelectorAll("textarea")).some(function (field) { return field.value !== field.defaultValue; })) { later(300); }
})();
