// Suggests the organization of an address's domain, and those that others gave while somebody types. Without it the field is a plain one.
(function () {
  "use strict";

  var field = document.querySelector("input[list=known-organizations]");
  var address = document.querySelector("input[type=email][autocomplete=email]");
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

  // Of the address, only what stands behind the @ leaves the page.
  function domain() { return address ? address.value.trim().split("@").slice(1).pop() || "" : ""; }

  function ask() {
    var typed = field.value.trim().length < 3 ? "" : field.value.trim();
    var question = "?q=" + encodeURIComponent(typed) + "&at=" + encodeURIComponent(domain());
    if (question === asked || (!typed && !domain())) { return; }
    asked = question;
    fetch(list.dataset.source + question, { credentials: "omit" })
      .then(function (answer) { return answer.ok ? answer.json() : { names: [] }; })
      .then(function (found) { if (question === asked) { show(found.names); } })
      .catch(function () { show([]); });
  }

  if (!field || !list) { return; }
  if (address) { address.addEventListener("change", ask); }
  field.addEventListener("input", function () {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(ask, 250);
  });
})();
