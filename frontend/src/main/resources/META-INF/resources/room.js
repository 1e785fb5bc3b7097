// SPDX-License-Identifier: Apache-2.0
// The page of the phones: asks twice a second, and takes the colour of the pod that answered last. Fifty of them show a
// release as it sweeps through the room. Two changes a second are below what may cause seizures (WCAG 2.3.1: three flashes).
import { byId, paint, palette, reducedMotion } from "./dom.js";
import { count, duration, shortName } from "./format.js";
import { followRoom, isBright, predict, sentenceFor } from "./roomstate.js";
import { Traffic } from "./traffic.js";

const RATE = 2; // requests per second …
const CALM_RATE = 0.5; // … and for people who prefer less motion
const LATE = 2_500; // milliseconds that an answer may be late until the page says so

const traffic = new Traffic();
const { cluster } = traffic;
const seen = new Set(); // names of all pods that have answered anybody here
let pod; // that answered last, since the page began to ask
let failure; // the last one since then, if nothing has answered after it
let room; // its state, if it is known …
let heard; // … and when it came

/** Asks only while somebody looks: after sleep, it begins anew, with nothing left over from before. */
function run() {
  if (document.hidden) {
    traffic.stop();
  } else if (!traffic.running) {
    pod = failure = undefined;
    traffic.start();
    stayAwake();
  }
}

/** Browsers lend the lock only to pages with TLS or on localhost, and take it back when the page is hidden. */
function stayAwake() {
  navigator.wakeLock?.request("screen").catch(() => {}); // not with an empty battery
}

function show() {
  // The first answer may take long on a slow network, so there nothing is lost before a request has failed.
  const lost = traffic.silence > LATE + 1_000 / traffic.rate && (pod ?? failure) !== undefined;
  const answered = pod !== undefined && !lost;
  document.body.classList.toggle("answered", answered);
  byId("pod").hidden = !answered;
  byId("nobody").hidden = answered;
  if (answered) showPod();
  else showSilence(lost);
  for (const name of room?.pods ?? []) seen.add(name);
  const pods = count(room?.pods.length || cluster.living.length, "pod");
  byId("count").textContent = answered ? `${pods} now, ${seen.size} since you joined` : "";
}

function showPod() {
  const name = shortName(pod.name);
  paint(document.body, pod);
  document.body.classList.toggle("bright", isBright(palette()[`--pod-${pod.colour}`]));
  document.body.dataset.pod = pod.name;
  byId("pod-name").style.setProperty("--letters", name.length);
  byId("pod-name").textContent = name;
  byId("version").textContent = pod.version;
}

function showSilence(lost) {
  const errors = failure?.pod ? "Only errors come back. Still trying …" : "Nobody answers. Still trying …";
  byId("trouble").textContent = lost ? errors : "Looking for a pod …";
  const reason =
    traffic.time - heard < LATE
      ? "Your phone is connected: it is the cluster that is silent."
      : "Is this phone still on the room’s Wi-Fi?";
  byId("advice").textContent = lost
    ? `No answer for ${duration(traffic.silence, 0)}. ${failure?.pod ? "" : reason}`
    : "";
}

function showRoom(state) {
  room = state;
  if (!room) return; // perhaps the next time
  heard = traffic.time;
  const sentence = sentenceFor(room);
  byId("question").hidden = !sentence;
  byId("predictions").hidden = room.question !== "open" || Boolean(room.yours);
  document.body.classList.toggle("asked", Boolean(sentence));
  if (byId("asked").textContent !== sentence) byId("asked").textContent = sentence; // or it would be read out again
}

byId("predictions").addEventListener("click", async ({ target: { value } }) => {
  const { body } = value ? await predict(value) : {};
  if (body) showRoom(body);
});

const setRate = () => (traffic.rate = reducedMotion.matches ? CALM_RATE : RATE);
setRate();
reducedMotion.addEventListener("change", setRate);
traffic.addEventListener("answered", ({ detail }) => {
  pod = detail.pod;
  failure = undefined;
  seen.add(pod.name);
  show();
});
traffic.addEventListener("failed", ({ detail }) => (failure = detail));
traffic.addEventListener("happened", () => (byId("news").textContent = traffic.events.at(-1).text)); // not each answer: too much to listen to
document.addEventListener("visibilitychange", run);
addEventListener("pageshow", run);
run();
setInterval(() => traffic.tick(), 100);
setInterval(show, 500);
followRoom(traffic, showRoom);
