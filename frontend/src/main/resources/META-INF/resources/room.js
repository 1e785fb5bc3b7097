// SPDX-License-Identifier: Apache-2.0
// The page of the phones: asks twice a second, and takes the colour of the pod that answered last. Fifty of them show a
// release as it sweeps through the room. Two changes a second are below what may cause seizures (WCAG 2.3.1: three flashes).
import { byId, paint, palette, reducedMotion } from "./dom.js";
import { count, duration, shortName } from "./format.js";
import { Traffic } from "./traffic.js";

const RATE = 2; // requests per second …
const CALM_RATE = 0.5; // … and for people who prefer less motion
const LATE = 2_500; // milliseconds that an answer may be late until the page says so
const BRIGHT = 0.179; // above this luminance, black has more contrast than white (WCAG 2.2, relative luminance)

const traffic = new Traffic();
const seen = new Set(); // names of all pods that have answered
let pod; // that answered last
let lastAnswer; // or when the page began to ask

/** Asks only while somebody looks: after sleep, it begins anew, with nothing left over from before. */
function run() {
  if (document.hidden) {
    traffic.stop();
  } else if (!traffic.running) {
    lastAnswer = performance.now();
    traffic.start();
    stayAwake();
  }
}

/** Browsers lend the lock only to pages with TLS or on localhost, and take it back when the page is hidden. */
function stayAwake() {
  navigator.wakeLock?.request("screen").catch(() => {}); // not with an empty battery
}

function show() {
  const silence = performance.now() - lastAnswer;
  const lost = silence > LATE + 1_000 / traffic.rate;
  const answered = pod !== undefined && !lost;
  document.body.classList.toggle("answered", answered);
  byId("pod").hidden = !answered;
  byId("nobody").hidden = answered;
  if (answered) showPod();
  else showSilence(silence, lost);
  const pods = count(traffic.cluster.living.length, "pod");
  byId("count").textContent = answered ? `${pods} now, ${seen.size} since you joined` : "";
}

function showPod() {
  const name = shortName(pod.name);
  paint(document.body, pod);
  document.body.classList.toggle("bright", luminance(palette()[`--pod-${pod.colour}`]) > BRIGHT);
  document.body.dataset.pod = pod.name;
  byId("pod-name").style.setProperty("--letters", name.length);
  byId("pod-name").textContent = name;
  byId("version").textContent = pod.version;
}

function showSilence(silence, lost) {
  byId("trouble").textContent = lost ? "Nobody answers. Still trying …" : "Looking for a pod …";
  byId("advice").textContent = lost
    ? `No answer for ${duration(silence, 0)}. Is this phone still on the room’s Wi-Fi?`
    : "";
}

/** @param {string} colour such as #a18274 */
function luminance(colour) {
  const shares = colour.match(/\w\w/g).map((part) => parseInt(part, 16) / 255);
  const [r, g, b] = shares.map((share) => (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

const setRate = () => (traffic.rate = reducedMotion.matches ? CALM_RATE : RATE);
setRate();
reducedMotion.addEventListener("change", setRate);
traffic.addEventListener("answered", ({ detail }) => {
  pod = detail.pod;
  lastAnswer = performance.now();
  seen.add(pod.name);
  show();
});
traffic.addEventListener("happened", () => (byId("news").textContent = traffic.events.at(-1).text)); // not each answer: too much to listen to
document.addEventListener("visibilitychange", run);
addEventListener("pageshow", run);
run();
setInterval(() => traffic.tick(), 100);
setInterval(show, 500);
