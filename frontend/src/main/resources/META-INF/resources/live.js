// SPDX-License-Identifier: Apache-2.0
// Live traffic: the controls, the totals, and the lists of what happened and what failed.
import { greet } from "./backend.js";
import { byId, paint } from "./dom.js";
import { offerFaults } from "./faults.js";
import { duration } from "./format.js";
import { ClusterMap } from "./map.js";
import { showPods } from "./pods.js";
import { headline, situation } from "./story.js";
import { drawTimeline } from "./timeline.js";
import { Traffic } from "./traffic.js";

const traffic = new Traffic();
const { cluster } = traffic;
const map = new ClusterMap();
map.follow(traffic);
const LINES = 50; // in each list
const NEWS = 15_000; // milliseconds: then what happened gives way to what is
let greeted; // the name of the pod that answered the form

byId("start").addEventListener("click", () => {
  if (traffic.running) traffic.stop();
  else traffic.start();
  if (traffic.running) byId("live").scrollIntoView({ block: "nearest" }); // on a phone it is below
  byId("start").textContent = traffic.running ? "Stop" : "Start";
  byId("start").setAttribute("aria-pressed", String(traffic.running));
  showNumbers(); // those that were sent since the last time count, too
});
byId("rate").addEventListener("input", () => {
  traffic.rate = Number(byId("rate").value);
  byId("rate-shown").textContent = byId("rate").value;
});
byId("numbers").addEventListener("click", () => {
  const shown = byId("table").classList.toggle("shown");
  byId("table").tabIndex = shown ? 0 : -1; // it may scroll
  byId("numbers").setAttribute("aria-pressed", String(shown));
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

const showEvents = list(byId("events"), traffic.events);
const showFailures = list(byId("failures"), traffic.failures);

/** The sentence for the room: what just happened; when that is old, what is. */
function showStory() {
  const latest = traffic.events.at(-1);
  if (!traffic.sent && latest?.kind === "new") return; // the page's own greeting
  if (cluster.silent) {
    byId("story").className = "silent";
    byId("story").textContent = `No answer for ${duration(traffic.silence, 0)}.`;
  } else if (latest) {
    const isNews = traffic.time - latest.at < NEWS;
    byId("story").textContent =
      `${isNews || traffic.slowed ? headline(traffic.events, cluster) : situation(cluster, traffic.time)}.`;
    byId("story").className = isNews ? latest.kind : "";
  }
}

function showNews() {
  showEvents();
  showStory();
  byId("no-events").hidden = true;
}

function showGreeted() {
  const pod = cluster.pods.get(greeted);
  if (pod) paint(document.querySelector("#answer .greeting"), pod);
}

/** Four times a second: nobody can read numbers that change more often. */
function showNumbers() {
  byId("hint").hidden = cluster.pods.size > 0;
  byId("table").hidden = !traffic.sent;
  byId("sent").textContent = traffic.sent;
  byId("answered").textContent = traffic.answered;
  byId("failed").textContent = traffic.failed;
  byId("failed").parentElement.classList.toggle("some", traffic.failed > 0);
  byId("retried").textContent = traffic.retried;
  byId("pace").textContent = traffic.slowed && !cluster.silent ? "slowed down" : "";
  byId("longest-gap").textContent = traffic.sent ? duration(traffic.longestGap) : "–";
  byId("failures-headline").hidden = byId("failures").parentElement.hidden = !traffic.failed;
  showFailures();
  showStory();
  map.show(traffic, "faults" in byId("map").dataset);
  showGreeted();
  showPods(traffic);
  byId("begin").textContent = drawTimeline(byId("timeline"), traffic);
}

traffic.addEventListener("happened", showNews);
document.addEventListener("greeted", ({ detail }) => {
  traffic.see(detail);
  greeted = detail.pod;
  showGreeted();
});
offerFaults((...fault) => traffic.fault(...fault));
greet("everyone").then(({ ok, body }) => ok && traffic.see(body)); // so that there is something to see
new Worker("/ticker.js").addEventListener("message", () => traffic.tick());
setInterval(showNumbers, 250);
