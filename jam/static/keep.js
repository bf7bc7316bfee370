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

  // A row that was added, as “others-2-name”, has no field in the form as it is first shown: the last row is shown once more.
  function grow(name) {
    var each = fields().find(function (field) { return field.name === name; });
    var parts = /^(.+-)(\d+)(-.+)$/.exec(name);
    var last = parts && !each ? document.getElementById(parts[1] + (parts[2] - 1) + parts[3]) : null;
    var row = last && form.contains(last) ? last.closest("[data-row]") : null;
    if (!row) { return; }
    var before = parts[1] + (parts[2] - 1) + "-";
    var copy = row.cloneNode(true);
    copy.querySelectorAll("*").forEach(function (one) {
      ["id", "name", "for", "aria-describedby"].forEach(function (which) {
        var words = one.getAttribute(which);
        if (words) { one.setAttribute(which, words.split(before).join(parts[1] + parts[2] + "-")); }
      });
    });
    copy.querySelectorAll("input, select, textarea").forEach(function (one) { one.value = ""; });
    copy.querySelector("[data-number]").textContent = Number(parts[2]) + 1;
    row.after(copy);
  }

  // Only into a form as it is first shown: what the server gives back with an error is newer, until its page is loaded again.
  var way = window.performance.getEntriesByType("navigation")[0];
  var loadedAgain = Boolean(way) && way.type === "reload";
  if (loadedAgain || (!document.querySelector(".error-summary") && !form.hasAttribute("data-answered"))) {
    var kept = null;
    try { kept = JSON.parse(store.getItem(key)); } catch (error) { kept = null; }
    (kept || []).forEach(function (one) {
      grow(one[0]);
      var each = fields().find(function (field) { return field.name === one[0] && (!ticked(field) || field.value === one[1]); });
      if (!each) { return; }
      if (ticked(each)) { each.checked = one[2]; } else { each.value = one[2]; }
    });
  }
  form.addEventListener("input", keep);
  form.addEventListener("change", keep);
})();
