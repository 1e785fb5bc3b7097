// SPDX-License-Identifier: Apache-2.0
// Live traffic: the controls, the totals, and the lists of what happened and what failed.
import { dress, mark } from "./canvas.js";
import { activeFaults, offerFaults } from "./faults.js";
import { ClusterMap } from "./map.js";
import { showPods } from "./pods.js";
import { drawTimeline } from "./timeline.js";
import { Traffic, duration, now } from "./traffic.js";

const $ = (id) => document.getElementById(id);
const traffic = new Traffic();
const map = new ClusterMap(traffic);
const LINES = 50; // in each list
const NEWS = 15_000; // milliseconds: then what happened gives way to what is
let resumes = false; // when the tab is visible again
let greeted; // the name of the pod that answered the form

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
$("numbers").addEventListener("click", () => {
  const shown = $("table").classList.toggle("shown");
  $("table").tabIndex = shown ? 0 : -1; // it may scroll
  $("numbers").setAttribute("aria-pressed", String(shown));
});

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

/** The sentence for the room: what just happened; when that is old, what is. */
function showStory() {
  const latest = traffic.events.at(-1);
  if (!latest) return;
  const isNews = now() - latest.at < NEWS;
  const pods = [...traffic.pods.values()].filter(({ gone }) => !gone);
  const nodes = new Set(pods.map(({ node }) => node).filter(Boolean)).size;
  const count = (number, what) => `${number} ${what}${number === 1 ? "" : "s"}`;
  const calm = `${count(pods.length, "pod")}${nodes ? ` on ${count(nodes, "node")}` : ""} answer${pods.length === 1 ? "s" : ""}`;
  const dark = [...traffic.nodes.values()].filter((node) => node.dark).map(({ name, last }) => `. ${name} is silent for ${duration(now() - last, 0)}`);
  $("story").textContent = `${isNews || traffic.slowed ? latest.text : calm + dark.join("")}.`.replace(/\.\.$/, ".");
  $("story").className = isNews ? latest.kind : "";
}

function showNews() {
  dress(traffic.pods);
  showEvents();
  showStory();
  $("no-events").hidden = true;
}

function showGreeted() {
  const pod = traffic.pods.get(greeted);
  if (pod) mark(document.querySelector("#answer .greeting"), pod);
}

/** Four times a second: nobody can read numbers that change more often. */
function showNumbers() {
  $("hint").hidden = traffic.pods.size > 0;
  $("sent").textContent = traffic.sent;
  $("answered").textContent = traffic.answered;
  $("failed").textContent = traffic.failed;
  $("failed").parentElement.classList.toggle("some", traffic.failed > 0);
  $("retried").textContent = traffic.retried;
  $("pace").textContent = traffic.slowed ?? "";
  $("longest-gap").textContent = traffic.longestGap ? duration(traffic.longestGap) : "–";
  $("failures-headline").hidden = $("failures").parentElement.hidden = !traffic.failed;
  showFailures();
  showStory();
  map.show(activeFaults());
  showGreeted();
  showPods(traffic);
  $("begin").textContent = drawTimeline($("timeline"), traffic);
}

traffic.addEventListener("happened", showNews);
document.addEventListener("greeted", ({ detail }) => {
  traffic.meet(detail);
  greeted = detail.pod;
  showGreeted();
});
offerFaults((text, label) => traffic.note(text, label));
setInterval(showNumbers, 250);
