// Writing a letter: placeholders go in by a click, and what the recipient sees follows what is typed. Without it both work by hand.
(function () {
  "use strict";

  var form = document.querySelector("form[data-live]");
  if (!form) { return; }
  var last = form.querySelector("textarea[data-writes]");
  var waiting = 0;
  var asked = 0;

  function put(text) {
    var end = last.selectionEnd;
    last.setRangeText(text, last.selectionStart, end, "end");
    last.focus();
    later();
  }

  function show(number, page) {
    if (number !== asked) { return; }
    var fresh = new DOMParser().parseFromString(page, "text/html").getElementById("seen");
    var here = document.getElementById("seen");
    if (!fresh || !here) { return; }
    var open = here.querySelector("details[open]");
    if (open && fresh.querySelector("details")) { fresh.querySelector("details").open = true; }
    here.replaceWith(document.adoptNode(fresh));
  }

  function look() {
    var number = ++asked;
    var typed = new FormData(form);
    typed.set("do", "preview");
    fetch(form.action, { method: "POST", body: new URLSearchParams(typed), credentials: "same-origin" })
      .then(function (answer) { return answer.text(); })
      .then(function (page) { show(number, page); })
      .catch(function () { return null; });
  }

  function later() {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(look, 600);
  }

  form.querySelectorAll("input[data-writes], textarea[data-writes]").forEach(function (field) {
    field.addEventListener("focus", function () { last = field; });
    field.addEventListener("input", later);
  });
  form.querySelectorAll("select[data-writes]").forEach(function (field) {
    field.addEventListener("change", look);
  });
  form.querySelectorAll("button[data-insert]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { put(button.dataset.insert); });
  });
})();
