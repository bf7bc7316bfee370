// Lets staff drag an accepted talk onto a slot; dropping it opens the same page that the form below the talk opens.
(function () {
  "use strict";

  var plan = document.querySelector("[data-plan]");
  var talk = null;

  function slotOf(event) { return event.target.closest ? event.target.closest("[data-slot]") : null; }

  function leave() {
    plan.querySelectorAll(".plan-over").forEach(function (each) { each.classList.remove("plan-over"); });
  }

  function mark(on) {
    var could = on ? on.dataset.could.split(" ") : [];
    plan.querySelectorAll("[data-day]").forEach(function (day) {
      day.classList.toggle("plan-could", could.indexOf(day.dataset.day) !== -1);
    });
  }

  if (!plan) { return; }
  plan.querySelectorAll("[data-talk]").forEach(function (card) {
    var handle = document.createElement("span");
    handle.className = "drag-handle";
    handle.draggable = true;
    handle.title = "Drag onto a slot";
    handle.setAttribute("aria-hidden", "true"); // by keyboard and by ear, the form below does this
    handle.textContent = "⠿";
    handle.addEventListener("dragstart", function (event) {
      talk = card;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", card.dataset.talk);
      event.dataTransfer.setDragImage(card, 0, 0);
      card.classList.add("dragged");
      mark(card);
    });
    handle.addEventListener("dragend", function () {
      card.classList.remove("dragged");
      talk = null;
      leave();
      mark(null);
    });
    card.querySelector("[data-handle]").prepend(handle);
  });
  plan.addEventListener("dragover", function (event) {
    var slot = slotOf(event);
    leave();
    if (!talk || !slot) { return; }
    event.preventDefault();
    slot.classList.add("plan-over");
  });
  plan.addEventListener("drop", function (event) {
    var slot = slotOf(event);
    if (!talk || !slot) { return; }
    event.preventDefault();
    window.location.assign(
      plan.dataset.plan + "?put=" + encodeURIComponent(talk.dataset.talk) + "&on=" + encodeURIComponent(slot.dataset.slot) + "#confirm"
    );
  });
})();
