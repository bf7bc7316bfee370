// Keeps what is typed into a long form in this tab until it has arrived, so that a lost connection or a reload costs nothing.
(function () {
  "use strict";

  var store;
  try { store = window.sessionStorage; } catch (error) { return; }
  var done = document.querySelector("[data-arrived]");
  if (done) { store.removeItem(done.dataset.arrived); return; }
  var form = document.querySelector("form[data-keep]");
  if (!form) { return; }
  var key = form.dataset.keep;

  function fields() {
    return Array.from(form.elements).filter(function (each) {
      return each.name && each.type !== "hidden" && each.type !== "submit" && each.type !== "file";
    });
  }

  function ticked(each) { return each.type === "checkbox" || each.type === "radio"; }

  function keep() {
    var found = fields().map(function (each) { return [each.name, ticked(each) ? each.value : "", ticked(each) ? each.checked : each.value]; });
    try { store.setItem(key, JSON.stringify(found)); } catch (error) { /* it is kept by the page alone */ }
  }

  // Only into a form as it is first shown: what the server gives back with an error is newer.
  if (!document.querySelector(".error-summary") && !form.hasAttribute("data-answered")) {
    var kept = null;
    try { kept = JSON.parse(store.getItem(key)); } catch (error) { kept = null; }
    (kept || []).forEach(function (one) {
      var each = fields().find(function (field) { return field.name === one[0] && (!ticked(field) || field.value === one[1]); });
      if (!each) { return; }
      if (ticked(each)) { each.checked = one[2]; } else { each.value = one[2]; }
    });
  }
  form.addEventListener("input", keep);
  form.addEventListener("change", keep);
})();
