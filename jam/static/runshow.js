// Planning a run of show: rows move by button or by hand, times and minutes follow what is typed. Without it the buttons
// ask the server to do the same. Nothing is saved before the button that says so.
(function () {
  "use strict";

  var form = document.querySelector("form[data-run]");
  if (!form) { return; }
  var list = form.querySelector("[data-rows]");
  var blank = document.querySelector("template[data-blank]");
  var said = form.querySelector("[data-said]");
  var lasts = Number(form.dataset.minutes);
  var unsaved = form.hasAttribute("data-unsaved");
  var number = 1000;
  var dragged = null;

  function rows() { return Array.from(list.querySelectorAll("[data-row]")); }

  function field(row, name) { return row.querySelector("[name$='-" + name + "']"); }

  function words(row) {
    return field(row, "title").value || field(row, "speakers").value || "this item";
  }

  function clock(at, zone) {
    var parts = {};
    new Intl.DateTimeFormat("en-US", { timeZone: zone, hour: "numeric", minute: "2-digit", hour12: true })
      .formatToParts(at).forEach(function (part) { parts[part.type] = part.value; });
    return parts.hour + ":" + parts.minute + " " + (parts.dayPeriod === "AM" ? "a.m." : "p.m.");
  }

  function bothClocks(at) {
    var there;
    try { there = clock(at, form.dataset.zone); } catch (error) { return ""; } // a browser that does not know the zone
    var here = clock(at, undefined);
    return there + (here === there ? "" : " (" + here + " your time)");
  }

  function balance(planned) {
    if (planned > lasts) {
      return planned + " minutes are planned, " + (planned - lasts) + " too many: the session lasts " + lasts + ".";
    }
    if (planned === lasts) { return "All " + lasts + " minutes are planned."; }
    var left = lasts - planned;
    return planned + " of " + lasts + " minutes are planned, " + left + " " + (left === 1 ? "is" : "are") + " free.";
  }

  function show() {
    var planned = 0;
    var all = rows();
    all.forEach(function (row, place) {
      field(row, "place").value = place + 1;
      var at = new Date(new Date(form.dataset.start).getTime() + planned * 60000);
      var target = row.querySelector("[data-clock]");
      var fresh = bothClocks(at);
      if (fresh && target.textContent !== fresh) { target.textContent = fresh; }
      planned += Math.max(0, parseInt(field(row, "minutes").value, 10) || 0);
      row.querySelectorAll("[data-words]").forEach(function (each) { each.textContent = words(row).slice(0, 60); });
      row.querySelector("[data-do=up]").disabled = place === 0;
      row.querySelector("[data-do=down]").disabled = place === all.length - 1;
    });
    var sum = form.querySelector("[data-balance]");
    sum.textContent = balance(planned);
    sum.parentElement.classList.toggle("run-over", planned > lasts);
  }

  function changed() {
    unsaved = true;
    show();
  }

  function insert(after) {
    var holder = document.createElement("div");
    holder.innerHTML = blank.innerHTML.replace(/__row__/g, String(number++));
    var row = holder.firstElementChild;
    list.insertBefore(row, after ? after.nextSibling : null);
    handle(row);
    changed();
    field(row, "title").focus();
  }

  function remove(row) {
    var next = row.nextElementSibling;
    var back = document.createElement("li");
    back.className = "run-removed";
    back.append("“" + words(row) + "” is out. ");
    var undo = document.createElement("button");
    undo.type = "button";
    undo.className = "btn btn-link";
    undo.textContent = "Put it back";
    undo.addEventListener("click", function () {
      back.replaceWith(row);
      changed();
      field(row, "title").focus();
    });
    back.append(undo);
    row.remove();
    list.insertBefore(back, next);
    changed();
    undo.focus();
  }

  function move(row, up, button) {
    var all = rows();
    var other = all[all.indexOf(row) + (up ? -1 : 1)];
    if (!other) { return; }
    list.insertBefore(row, up ? other : other.nextSibling);
    changed();
    if (button.disabled) { button = row.querySelector(up ? "[data-do=down]" : "[data-do=up]"); }
    button.focus();
    said.textContent = "“" + words(row) + "” is now number " + (rows().indexOf(row) + 1) + " of " + all.length + ".";
  }

  function handle(row) {
    var grip = document.createElement("span");
    grip.className = "drag-handle";
    grip.draggable = true;
    grip.title = "Drag to another place";
    grip.setAttribute("aria-hidden", "true"); // by keyboard and by ear, the buttons beside it do this
    grip.textContent = "⠿";
    grip.addEventListener("dragstart", function (event) {
      dragged = { row: row, next: row.nextElementSibling };
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", words(row));
      event.dataTransfer.setDragImage(row, 0, 0);
      row.classList.add("dragged");
    });
    grip.addEventListener("dragend", function (event) {
      row.classList.remove("dragged");
      if (event.dataTransfer.dropEffect === "none") { list.insertBefore(row, dragged.next); } // Escape, or let go elsewhere
      dragged = null;
      changed();
    });
    row.querySelector(".run-row-head").prepend(grip);
  }

  list.addEventListener("dragenter", function (event) { if (dragged) { event.preventDefault(); } });
  list.addEventListener("dragover", function (event) {
    if (!dragged) { return; }
    event.preventDefault();
    var row = event.target.closest("[data-row]");
    if (!row || row === dragged.row) { return; }
    var box = row.getBoundingClientRect();
    list.insertBefore(dragged.row, event.clientY > box.top + box.height / 2 ? row.nextSibling : row);
  });
  list.addEventListener("drop", function (event) { if (dragged) { event.preventDefault(); } });

  form.addEventListener("click", function (event) {
    var button = event.target.closest("button[data-do]");
    if (!button) { return; }
    event.preventDefault();
    var row = button.closest("[data-row]");
    if (button.dataset.do === "add") { insert(rows().pop()); }
    else if (button.dataset.do === "insert") { insert(row); }
    else if (button.dataset.do === "remove") { remove(row); }
    else { move(row, button.dataset.do === "up", button); }
  });
  form.addEventListener("input", changed);
  form.addEventListener("submit", function () { unsaved = false; });
  window.addEventListener("beforeunload", function (event) { if (unsaved) { event.preventDefault(); } });
  rows().forEach(handle);
  show();
})();
