// Live traffic: the controls, the numbers and the table of who answers, beside what chart.js draws.
import { Dots, drawTimeline, SHAPES } from "./chart.js";
import { setUpFaults } from "./faults.js";
import { saveCsv, savePng } from "./export.js";
import { percentile, short, Traffic } from "./traffic.js";

const $ = (id) => document.getElementById(id);
const traffic = new Traffic();
const [dots, timeline, body] = [$("dots"), $("timeline"), $("legend").tBodies[0]];
let resumes = false; // when the tab is seen again

$("live").hidden = $("log").hidden = false;
document.body.classList.add("with-live");
setUpFaults(traffic);

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
$("png").addEventListener("click", () => savePng(traffic, [dots, timeline]));

const time = (date) => date.toTimeString().slice(0, 8);
const seconds = (ms) => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);

/** A list of which only what is new is added, newest first. */
function list(element, entries, kept, render) {
  let shown; // the newest entry that is on the page
  return () => {
    const from = shown ? entries().indexOf(shown) + 1 : 0;
    for (const entry of entries().slice(from)) {
      const item = document.createElement("li");
      render(item, entry);
      element.prepend(item);
      shown = entry;
    }
    while (element.childElementCount > kept) element.lastElementChild.remove();
  };
}

const showEvents = list($("events"), () => traffic.events, 50, (item, { time: at, kind, text }) => {
  item.className = kind;
  item.textContent = `${time(at)}  ${text}`;
});
const showFailures = list($("failures"), () => traffic.failures, 50, (item, { time: at, sentence }) => {
  item.textContent = `${time(at)}  ${sentence}`;
});

traffic.addEventListener("happened", showEvents);

function row(pod) {
  const found = [...body.rows].find((candidate) => candidate.dataset.pod === pod.name);
  if (found?.dataset.version === pod.version) return found;
  found?.remove();
  const made = body.insertRow();
  made.dataset.pod = pod.name;
  made.dataset.version = pod.version;
  const head = document.createElement("th");
  head.scope = "row";
  const mark = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  mark.setAttribute("viewBox", "-10 -10 20 20");
  mark.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", SHAPES[pod.shape](8));
  path.setAttribute("class", `pod-${pod.colour}`);
  mark.append(path);
  head.append(mark, short(pod.name));
  head.title = pod.name;
  made.append(head);
  for (const name of ["version", "share", "answers", "latency", "seen"]) made.insertCell().className = name;
  made.querySelector(".version").textContent = pod.version;
  return made;
}

/** Four times a second: numbers that change more often cannot be read. */
function showNumbers() {
  $("hint").hidden = traffic.sent > 0;
  $("sent").textContent = traffic.sent;
  $("answered").textContent = traffic.answered;
  $("failed").textContent = traffic.failed;
  $("failed").parentElement.classList.toggle("some", traffic.failed > 0);
  $("longest-gap").textContent = traffic.longestGap ? seconds(traffic.longestGap) : "–";
  $("no-failures").hidden = traffic.failed > 0;
  showFailures();
  const all = [...traffic.pods.values()].reduce((sum, pod) => sum + pod.recent.length, 0);
  for (const pod of traffic.pods.values()) {
    const cells = row(pod);
    const took = pod.recent.map((answer) => answer.took);
    const set = (name, text) => (cells.querySelector(`.${name}`).textContent = text);
    cells.classList.toggle("gone", pod.gone);
    set("share", all ? `${Math.round((100 * pod.recent.length) / all)} %` : "–");
    set("answers", pod.answers);
    set("latency", took.length ? `${seconds(percentile(took, 0.5))} / ${seconds(percentile(took, 0.95))}` : "–");
    const ago = performance.now() - pod.last;
    set("seen", pod.gone || ago > 1500 ? `${Math.round(ago / 1000)} s ago` : "now");
  }
  for (const old of [...body.rows]) if (!traffic.pods.has(old.dataset.pod)) old.remove();
  drawTimeline(timeline, traffic);
}

const grid = new Dots(dots, traffic);
(function draw() {
  grid.draw();
  requestAnimationFrame(draw);
})();
setInterval(showNumbers, 250);
