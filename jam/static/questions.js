// Lets staff drag a question to its place; dropping it sends the new order. The buttons do the same without it.
(function () {
  "use strict";

  var form = document.getElementById("order-questions");
  var body = form && document.querySelector("tbody:has([data-question])");
  var dragged = null;
  var before = [];

  function rows() { return Array.from(body.querySelectorAll("tr[data-question]")); }

  function over(event) {
    if (!dragged) { return; }
    event.preventDefault();
    var row = event.target.closest("tr[data-question]");
    if (!row || row === dragged) { return; }
    var box = row.getBoundingClientRect();
    var below = event.clientY > box.top + box.height / 2;
    body.insertBefore(dragged, below ? row.nextSibling : row);
  }

  function end(event) {
    dragged.classList.remove("dragged");
    dragged = null;
    if (event.dataTransfer.dropEffect === "none") { // taken back by Escape, or let go elsewhere
      before.forEach(function (row) { body.appendChild(row); });
    } else if (rows().some(function (row, place) { return row !== before[place]; })) {
      form.elements.ids.value = rows().map(function (row) { return row.dataset.question; }).join(",");
      form.requestSubmit();
    }
  }

  if (!body || rows().length < 2) { return; }
  rows().forEach(function (row) {
    var handle = document.createElement("span");
    handle.className = "drag-handle";
    handle.draggable = true;
    handle.title = "Drag to another place";
    handle.setAttribute("aria-hidden", "true"); // by keyboard and by ear, the buttons beside it do this
    handle.textContent = "⠿";
    handle.addEventListener("dragstart", function (event) {
      dragged = row;
      before = rows();
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", row.dataset.question);
      event.dataTransfer.setDragImage(row, 0, 0);
      row.classList.add("dragged");
    });
    handle.addEventListener("dragend", end);
    row.querySelector("[data-handle]").prepend(handle);
  });
  body.addEventListener("dragover", over);
  body.addEventListener("drop", function (event) { if (dragged) { event.preventDefault(); } });
})();
