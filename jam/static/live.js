// Leading a session: one item at a time, with the time that is left. Everything is in the page, and where the host is
// stays in this browser, so nothing here needs the network. Without it the page is the list of items with their times.
(function () {
  "use strict";

  var box = document.querySelector("[data-live]");
  if (!box) { return; }
  var MINUTE = 60000;
  var FORGET = 12 * 60 * MINUTE; // a rehearsal of yesterday is not today's session
  var SLIP = MINUTE / 2;
  var BEFORE = "before";
  var AFTER = "after";
  var key = "jam-live-" + box.dataset.key;
  var start = new Date(box.dataset.start).getTime();
  var end = new Date(box.dataset.end).getTime();
  var said = document.querySelector("[data-said]");
  var items = Array.from(document.querySelectorAll("[data-item]")).map(function (element) {
    function text(name) {
      var found = element.querySelector("[data-" + name + "]");
      return found ? found.textContent.trim() : "";
    }
    return {
      element: element, id: element.dataset.item, minutes: Number(element.dataset.minutes), kind: text("kind"),
      title: text("title"), who: text("who"), crew: text("crew"), notes: text("notes")
    };
  });
  var state = read();
  var lock = null;

  function fresh() { return { now: BEFORE, begun: {}, more: {}, touched: 0 }; }

  function read() {
    var kept = null;
    try { kept = JSON.parse(window.localStorage.getItem(key)); } catch (error) { kept = null; } // nothing there, or not allowed
    if (!kept || !kept.begun || !kept.more || Date.now() - kept.touched > FORGET) { return fresh(); }
    if (kept.now !== BEFORE && kept.now !== AFTER && place(kept.now) < 0) { return fresh(); } // the item is gone
    return kept;
  }

  function write() {
    state.touched = Date.now();
    try { window.localStorage.setItem(key, JSON.stringify(state)); } catch (error) { return; } // it works on without
  }

  function place(id) { return items.findIndex(function (item) { return item.id === id; }); }

  function current() { return items[place(state.now)]; }

  function lasts(item) { return (item.minutes + (state.more[item.id] || 0)) * MINUTE; }

  function counted(number, word) { return number + " " + word + (number === 1 ? "" : "s"); }

  function watch(span) {
    var seconds = Math.floor(Math.abs(span) / 1000);
    var rest = String(seconds % 60).padStart(2, "0");
    var minutes = Math.floor(seconds / 60);
    return minutes < 60 ? minutes + ":" + rest : Math.floor(minutes / 60) + ":" + String(minutes % 60).padStart(2, "0") + ":" + rest;
  }

  function far(span) {
    if (span >= 48 * 60 * MINUTE) { return counted(Math.floor(span / (24 * 60 * MINUTE)), "day"); }
    return watch(span);
  }

  function put(name, words) {
    var target = box.querySelector("[data-" + name + "]");
    if (target.textContent !== words) { target.textContent = words; }
    target.hidden = !words;
  }

  function minutes(span) { return counted(Math.round(Math.abs(span) / MINUTE), "minute"); }

  function sessionWords(present) {
    if (present < start) { return "The session begins in " + far(start - present) + "."; }
    if (present <= end) { return watch(end - present) + " left in the session."; }
    return present - end < FORGET ? "The session is over its time by " + watch(present - end) + "." : "The session is over.";
  }

  function paceWords(present) {
    var item = current();
    if (!item || Math.abs(present - start) > FORGET) { return ""; }
    var ends = Math.max(present, state.begun[item.id] + lasts(item));
    items.slice(place(item.id) + 1).forEach(function (later) { ends += lasts(later); });
    if (Math.abs(ends - end) < MINUTE / 2) { return "You are on time."; }
    return "At this pace you end " + minutes(ends - end) + (ends > end ? " late." : " early.");
  }

  function tick() {
    var present = Date.now();
    var item = current();
    var left = item ? state.begun[item.id] + lasts(item) - present : 0;
    put("session", sessionWords(present));
    put("pace", paceWords(present));
    if (item) { put("left", left >= 0 ? watch(left) + " left" : watch(left) + " over"); }
    else { put("left", ""); }
    box.classList.toggle("live-over", Boolean(item) && left < 0);
    box.classList.toggle("live-soon", Boolean(item) && left >= 0 && left < MINUTE);
  }

  function show(tell) {
    var item = current();
    var at = item ? place(item.id) : state.now === AFTER ? items.length : -1;
    var next = items[at + 1];
    put("above", item ? "Item " + (at + 1) + " of " + items.length + (item.kind === item.title ? "" : " · " + item.kind) : "");
    put("title", item ? item.title : state.now === AFTER ? "That was the last item" : "Ready to begin");
    put("who", item ? item.who : "");
    put("crew", item ? item.crew : "");
    put("notes", item ? item.notes : "");
    put("next", next ? (item ? "Next: " : "First: ") + next.title + ", " + counted(next.minutes, "minute") + (next.who ? ", " + next.who : "")
      : item ? "This is the last item." : "");
    box.querySelector("[data-back]").disabled = at < 0;
    box.querySelector("[data-more]").disabled = !item;
    var forward = box.querySelector("[data-forward]");
    forward.disabled = state.now === AFTER;
    forward.textContent = at < 0 ? "Begin" : next ? "Next" : "End";
    items.forEach(function (each) {
      if (each === item) { each.element.setAttribute("aria-current", "step"); } else { each.element.removeAttribute("aria-current"); }
    });
    tick();
    if (tell) {
      said.textContent = item
        ? "Now: " + item.title + ", " + counted(item.minutes, "minute") + (item.who ? ", " + item.who : "") + ". " + (next ? "Next: " + next.title + "." : "This is the last item.")
        : state.now === AFTER ? "That was the last item." : "Ready to begin.";
    }
  }

  function go(to) {
    var left = current();
    // Back at once after Next was a slip of the finger: that item has not begun.
    if (left && to < here() && Date.now() - state.begun[left.id] < SLIP) { delete state.begun[left.id]; }
    state.now = to < 0 ? BEFORE : to >= items.length ? AFTER : items[to].id;
    var item = current();
    if (item && !state.begun[item.id]) { state.begun[item.id] = Date.now(); }
    write();
    show(true);
    awake();
  }

  function here() { return state.now === BEFORE ? -1 : state.now === AFTER ? items.length : place(state.now); }

  function awake() {
    if (lock || !navigator.wakeLock || document.visibilityState !== "visible" || !current()) { return; }
    navigator.wakeLock.request("screen").then(function (got) {
      lock = got;
      lock.addEventListener("release", function () { lock = null; });
    }).catch(function () { lock = null; }); // the screen may sleep, as it does elsewhere
  }

  box.querySelector("[data-forward]").addEventListener("click", function () { go(here() + 1); });
  box.querySelector("[data-back]").addEventListener("click", function () { go(here() - 1); });
  box.querySelector("[data-more]").addEventListener("click", function () {
    var item = current();
    if (!item) { return; }
    state.more[item.id] = (state.more[item.id] || 0) + 1;
    write();
    tick();
  });
  document.querySelector("[data-again]").addEventListener("click", function () {
    state = fresh();
    write();
    document.querySelector("[data-again-box]").open = false;
    show(true);
  });
  window.addEventListener("storage", function (event) {
    if (event.key === key) { state = read(); show(true); }
  });
  document.addEventListener("visibilitychange", function () { tick(); awake(); });
  box.hidden = false;
  document.querySelector("[data-again-box]").hidden = false;
  document.querySelector("[data-kept]").hidden = false;
  document.body.classList.add("live-on");
  show(false);
  window.setInterval(tick, 500);
})();
