// SPDX-License-Identifier: Apache-2.0
// Live traffic: the controls, the totals, and the lists of what happened and what failed.
import { Dots, drawTimeline } from "./chart.js";
import { saveCsv, savePng } from "./export.js";
import { showPods } from "./pods.js";
import { Traffic, duration } from "./traffic.js";

const $ = (id) => document.getElementById(id);
const traffic = new Traffic();
const dots = new Dots($("dots"), traffic);
const LINES = 50; // in each list
let resumes = false; // when the tab is visible again

function run(running) {
  if (running) traffic.start();
  else traffic.stop();
  $("start").textContent = running ? "Stop" : "Start";
  $("start").setAttribute("aria-pressed", String(running));
}

$("start").addEventListener("click", () => run(!traffic.running));
$("rate").addEventListener("input", () => {
  traffic.rate = Number($("rate").value);
  $("rate-shown").textContent = $("rate").value;
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    resumes = traffic.running;
    run(false);
  } else if (resumes) {
    run(true);
  }
});
$("csv").addEventListener("click", () => saveCsv(traffic));
$("png").addEventListener("click", () => savePng(traffic, [$("dots"), $("timeline")]));

/** @returns a function that adds what is new to a list, newest first */
function list(element, entries) {
  let shown; // the newest entry on the page
  return () => {
    for (const entry of entries.slice(entries.indexOf(shown) + 1)) {
      const item = document.createElement("li");
      item.className = entry.kind;
      item.textContent = `${entry.time.toTimeString().slice(0, 8)}  ${entry.text}`;
      element.prepend(item);
      shown = entry;
    }
    while (element.childElementCount > LINES) element.lastElementChild.remove();
  };
}

const showEvents = list($("events"), traffic.events);
const showFailures = list($("failures"), traffic.failures);
traffic.addEventListener("happened", showEvents);

/** Four times a second: nobody can read numbers that change more often. */
function showNumbers() {
  $("hint").hidden = traffic.sent > 0;
  $("sent").textContent = traffic.sent;
  $("answered").textContent = traffic.answered;
  $("failed").textContent = traffic.failed;
  $("failed").parentElement.classList.toggle("some", traffic.failed > 0);
  $("retried").textContent = traffic.retried;
  $("pace").textContent = traffic.slowed ?? "";
  $("longest-gap").textContent = traffic.longestGap ? duration(traffic.longestGap) : "–";
  $("no-failures").hidden = traffic.failed > 0;
  showFailures();
  showPods(traffic);
  drawTimeline($("timeline"), traffic);
}

setInterval(showNumbers, 250);
(function draw() {
  dots.draw();
  requestAnimationFrame(draw);
})();
