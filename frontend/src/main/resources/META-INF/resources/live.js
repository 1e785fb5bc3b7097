// SPDX-License-Identifier: Apache-2.0
// Live traffic: the controls, the totals, and the lists of what happened and what failed.
import { greet, roomState } from "./backend.js";
import { byId, paint } from "./dom.js";
import { offerFaults } from "./faults.js";
import { duration } from "./format.js";
import { ClusterMap } from "./map.js";
import { showPods } from "./pods.js";
import { Recording } from "./recording.js";
import { headline, situation } from "./story.js";
import { drawTimeline, windowOf } from "./timeline.js";
import { Traffic } from "./traffic.js";

const recording = new Recording();
export const traffic = new Traffic({ recording });
const map = new ClusterMap();
map.follow(traffic);
const LINES = 50; // in each list
const LONG = 100; // letters: two lines on a projector, three on a phone
const NEWS = 15_000; // milliseconds: then what happened gives way to what is
const IDLE = byId("story").textContent;
let greeted; // the name of the pod that answered the form
let isFull = false; // the recording
let began; // the time of the first start
/** What is shown: the live traffic, until somebody looks at something else; then Stage has its place. */
let stage = { isLive: true, run: traffic, window: traffic, tick() {}, show() {} };

byId("start").addEventListener("click", () => {
  if (traffic.running) traffic.stop();
  else traffic.start();
  began ??= traffic.time;
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
function list(element) {
  let shown; // the newest entry on the page
  return (entries) => {
    if (!entries.includes(shown)) element.replaceChildren(); // those of another run
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

const showEvents = list(byId("events"));
const showFailures = list(byId("failures"));

/** The sentence for the room: what just happened; when that is old, what is. */
function showStory(run) {
  const { cluster, events } = run;
  const latest = events.at(-1);
  if (cluster.silent) {
    byId("story").className = "silent";
    byId("story").textContent = `No answer for ${duration(run.silence, 0)}.`;
  } else if (latest && (run.running || run.sent || latest.kind !== "new")) {
    const isNews = run.time - latest.at < NEWS;
    byId("story").textContent = `${isNews ? headline(events, cluster) : situation(cluster, run.time)}.`;
    byId("story").className = isNews ? latest.kind : "";
    byId("story").classList.toggle("long", byId("story").textContent.length > LONG);
  } else {
    byId("story").textContent = run.running ? "" : IDLE; // the page's own greeting is not news
    byId("story").className = "";
  }
}

function showGreeted() {
  const pod = traffic.cluster.pods.get(greeted);
  if (pod) paint(document.querySelector("#answer .greeting"), pod);
}

/** Four times a second: nobody can read numbers that change more often. */
function showNumbers() {
  const { isLive, run } = stage;
  const { cluster } = run;
  byId("hint").hidden = cluster.pods.size > 0;
  byId("table").hidden = !run.sent;
  byId("sent").textContent = run.sent;
  byId("answered").textContent = run.answered;
  byId("failed").textContent = run.failed;
  byId("failed").parentElement.classList.toggle("some", run.failed > 0);
  byId("retried").textContent = run.retried;
  byId("pace").textContent = run.slowed && !cluster.silent ? "slowed down" : "";
  byId("longest-gap").textContent = run.sent ? duration(run.longestGap) : "–";
  byId("failures-headline").hidden = byId("failures").parentElement.hidden = !run.failed;
  byId("no-events").hidden = run.events.length > 0;
  showEvents(run.events);
  showFailures(run.failures);
  showStory(run);
  map.show(run, isLive && "faults" in byId("map").dataset);
  showGreeted();
  showPods(run);
  drawTimeline(byId("timeline"), stage.window, run.time);
  const seconds = windowOf(stage.window);
  byId("begin").textContent = `${seconds < 60 ? `${seconds} s` : "a minute"} ${isLive ? "ago" : "earlier"}`;
  byId("seek").disabled = byId("play").disabled = byId("save").disabled = isLive && !traffic.sent;
  if (isLive && traffic.sent) showEnd();
  stage.show();
}

/** The slider is at the end of all that is recorded. */
function showEnd() {
  byId("seek").max = Math.ceil((traffic.time - began) / 1000);
  byId("seek").value = byId("seek").max;
  if (!recording.isFull || isFull) return;
  isFull = true;
  traffic.note("pause", "The recording is full: what comes from now on is not kept", "recording full");
}

let loading;

async function look(event) {
  loading ??= import("./stage.js"); // only now, so that the page is there sooner; once, so that events keep their order
  const { Stage } = await loading;
  if (!(stage instanceof Stage)) stage = new Stage({ traffic, recording, map, onChange: showNumbers });
  stage[event.target.id](event);
}

for (const id of ["play", "back", "close", "save", "open", "watch"]) byId(id).addEventListener("click", look);
byId("seek").addEventListener("input", look);
byId("file").addEventListener("change", look);
for (const type of ["pointerdown", "pointermove"])
  byId("timeline").addEventListener(type, (event) => event.buttons === 1 && !byId("seek").disabled && look(event));

document.addEventListener("greeted", ({ detail }) => {
  traffic.see(detail);
  greeted = detail.pod;
  showGreeted();
});
const isStatic = location.search === "?replay"; // on a site without the apps
byId("close").hidden = byId("back").hidden = isStatic;
if (isStatic) {
  byId("watch").click();
} else {
  greet("everyone").then(({ ok, body }) => ok && traffic.see(body)); // so that there is something to see
  offerFaults((...fault) => traffic.fault(...fault));
  roomState().then(({ body }) => body && import("./roomprojector.js"));
}
new Worker("ticker.js").addEventListener("message", () => {
  traffic.tick();
  stage.tick();
});
setInterval(showNumbers, 250);
