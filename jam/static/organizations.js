// Suggests organizations that others gave, while somebody types. Without it the field is a plain one.
(function () {
  "use strict";

  var field = document.querySelector("input[list=known-organizations]");
  var list = document.getElementById("known-organizations");
  var waiting = 0;
  var asked = "";

  function show(names) {
    list.replaceChildren.apply(list, names.map(function (name) {
      var option = document.createElement("option");
      option.value = name;
      return option;
    }));
  }

  function ask() {
    var typed = field.value.trim();
    if (typed.length < 3 || typed === asked) { return; }
    asked = typed;
    fetch(list.dataset.source + "?q=" + encodeURIComponent(typed), { credentials: "omit" })
      .then(function (answer) { return answer.ok ? answer.json() : { names: [] }; })
      .then(function (found) { if (typed === asked) { show(found.names); } })
      .catch(function () { show([]); });
  }

  if (!field || !list) { return; }
  field.addEventListener("input", function () {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(ask, 250);
  });
})();
