// Says when a session is on the visitor's own clock, only where that clock differs from the session's.
(function () {
  "use strict";

  function parts(at, zone) {
    var fields = {};
    new Intl.DateTimeFormat("en-US", {
      timeZone: zone, weekday: "long", year: "numeric", month: "numeric", day: "numeric",
      hour: "numeric", minute: "2-digit", hour12: true
    }).formatToParts(at).forEach(function (part) { fields[part.type] = part.value; });
    fields.date = [fields.year, fields.month, fields.day].join("-");
    fields.clock = fields.hour + ":" + fields.minute + " " + (fields.dayPeriod === "AM" ? "a.m." : "p.m.");
    return fields;
  }

  function yours(element) {
    var at = new Date(element.dataset.start);
    var there = parts(at, element.dataset.zone);
    var here = parts(at, undefined);
    if (here.date === there.date && here.clock === there.clock) { return ""; }
    return "(" + (here.date === there.date ? "" : here.weekday + ", ") + here.clock + " your time)";
  }

  document.querySelectorAll("time[data-start]").forEach(function (element) {
    var target = element.querySelector("[data-yours]");
    try {
      if (target) { target.textContent = yours(element); }
    } catch (error) {
      // A browser that does not know the zone shows the session's own time, which is right.
      if (!(error instanceof RangeError)) { throw error; }
    }
  });
})();
