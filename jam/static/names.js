// Who suggested it: a field that finds a name of the list behind it while it is typed, without asking the server. The list stays
// what is sent; without the script it stands there itself.
(function () {
  "use strict";

  var number = 0;

  function plain(words) {
    return words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  }

  function enhance(list) {
    number += 1;
    var people = Array.from(list.options).slice(1).map(function (option) {
      return { value: option.value, name: option.dataset.name, label: option.dataset.label, words: plain(option.dataset.label) };
    });
    var group = list.options[0].textContent;
    var field = document.createElement("input");
    var offers = document.createElement("datalist");
    var hint = document.createElement("p");
    var error = document.createElement("p");
    [[offers, "names"], [hint, "names-hint"], [error, "names-error"]].forEach(function (each) { each[0].id = each[1] + number; });
    field.id = list.id + "-typed";
    field.className = "form-control";
    field.placeholder = group;
    field.setAttribute("list", offers.id);
    field.setAttribute("aria-describedby", hint.id);
    field.autocomplete = "off";
    field.spellcheck = false;
    field.maxLength = 300;
    hint.className = "form-text";
    hint.textContent = "Part of a name or of an organization. Leave it empty for the group.";
    error.className = "field-error";
    error.hidden = true;
    [group].concat(people.map(function (each) { return each.label; })).forEach(function (words) {
      var offer = document.createElement("option");
      offer.value = words;
      offers.append(offer);
    });

    // Those whom the typed words mean: who is called exactly so, else who has a word that begins with each of them.
    function meant(typed) {
      var said = plain(typed);
      var whole = said.join(" ");
      var exact = people.filter(function (each) { return whole === each.words.join(" "); });
      if (!exact.length) { exact = people.filter(function (each) { return whole === plain(each.name).join(" "); }); }
      if (exact.length || !said.length) { return exact; }
      return people.filter(function (each) {
        return said.every(function (word) { return each.words.some(function (one) { return one.indexOf(word) === 0; }); });
      });
    }

    function isGroup(typed) { return !typed.trim() || plain(typed).join(" ") === plain(group).join(" "); }

    function take() {
      var found = isGroup(field.value) ? [] : meant(field.value);
      list.value = found.length === 1 ? found[0].value : "";
      list.dataset.half = isGroup(field.value) || found.length === 1 ? "" : field.value;
      if (!list.dataset.half) { complain(""); }
    }

    function complain(words) {
      error.hidden = !words;
      error.textContent = words;
      field.setAttribute("aria-describedby", words ? error.id + " " + hint.id : hint.id);
      if (words) { field.setAttribute("aria-invalid", "true"); } else { field.removeAttribute("aria-invalid"); }
    }

    function why() {
      var typed = list.dataset.half.trim();
      var found = meant(typed);
      if (!found.length) {
        return "Nobody of this cohort is called “" + typed + "”. Choose a name of the list, or leave it empty for the group.";
      }
      var first = found.slice(0, 3).map(function (each) { return each.label; }).join("; ");
      return found.length + " people fit “" + typed + "”: " + first + (found.length > 3 ? "; and others" : "") + ". Type more of the name.";
    }

    function show() {
      var chosen = list.selectedOptions[0];
      field.value = list.dataset.half || (list.value ? chosen.dataset.label : "");
      complain("");
    }

    field.addEventListener("input", take);
    field.addEventListener("change", function () {
      take();
      if (list.dataset.half) { complain(why()); } else { show(); }
    });
    field.addEventListener("focus", function () { field.select(); }); // the next name takes its place
    list.addEventListener("put", show);
    list.form.addEventListener("submit", function (event) {
      if (!list.dataset.half) { return; }
      event.preventDefault();
      event.stopImmediatePropagation();
      complain(why());
      field.focus();
    });
    document.querySelector("label[for='" + list.id + "']").htmlFor = field.id;
    list.hidden = true;
    list.before(hint, error, field, offers);
    show();
  }

  document.querySelectorAll("select[data-names]").forEach(enhance);
})();
