// SPDX-License-Identifier: Apache-2.0
// The page of the phones: asks twice a second, and takes the colour of the pod that answered last. Fifty of them show a
// release as it sweeps through the room. Two changes a second are below what may cause seizures (WCAG 2.3.1: three flashes).
import { colours, dress } from "./canvas.js";
import { SHAPES } from "./colours.js";
import { Traffic, duration, now, short } from "./traffic.js";

const RATE = 2; // requests per second …
const CALM_RATE = 0.5; // … and for people who prefer less motion
const PATIENCE = 2_500; // milliseconds that an answer may be late until the page says so
const BRIGHT = 0.179; // above this luminance, black has more contrast than white (WCAG 2.2, relative luminance)

const $ = (id) => document.getElementById(id);
const traffic = new Traffic();
const still = matchMedia("(prefers-reduced-motion: reduce)");
const met = new Set(); // names of all pods that have answered
let pod; // that answered last
let lastAnswer; // or when the page began to ask

/** Asks only while somebody looks: after sleep, it begins anew, with nothing left over from before. */
function run() {
  if (document.hidden) {
    traffic.stop();
  } else if (!traffic.running) {
    lastAnswer = now();
    traffic.start();
    stayAwake();
  }
}

/** Browsers lend the lock only to pages with TLS or on localhost, and take it back when the page is hidden. */
function stayAwake() {
  navigator.wakeLock?.request("screen").catch(() => {}); // not with an empty battery
}

function show() {
  const silence = now() - lastAnswer;
  const lost = silence > PATIENCE + 1_000 / traffic.rate;
  const answered = pod !== undefined && !lost;
  if (answered) dress(traffic.pods);
  document.body.classList.toggle("answered", answered);
  $("pod").hidden = !answered;
  $("nobody").hidden = answered;
  if (answered) showPod();
  else showSilence(silence, lost);
  const alive = [...traffic.pods.values()].filter(({ gone }) => !gone).length;
  $("count").textContent = !answered ? "" : `${alive} pod${alive === 1 ? "" : "s"} now, ${met.size} since you joined`;
}

function showPod() {
  const name = short(pod.name);
  document.body.style.setProperty("--pod", `var(--pod-${pod.colour})`);
  document.body.classList.toggle("bright", luminance(colours()[`--pod-${pod.colour}`]) > BRIGHT);
  document.body.dataset.pod = pod.name;
  $("pod").querySelector("path").setAttribute("d", SHAPES[pod.shape](8));
  $("pod-name").style.setProperty("--letters", name.length);
  $("pod-name").textContent = name;
  $("version").textContent = pod.version;
}

function showSilence(silence, lost) {
  $("trouble").textContent = lost ? "Nobody answers. Still trying …" : "Looking for a pod …";
  $("advice").textContent = lost ? `For ${duration(silence, 0)} now. Is this phone still on the room’s Wi-Fi?` : "";
}

/** @param {string} colour such as #be7f7a */
function luminance(colour) {
  const shares = colour.match(/\w\w/g).map((part) => parseInt(part, 16) / 255);
  const [r, g, b] = shares.map((share) => (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

traffic.rate = still.matches ? CALM_RATE : RATE;
still.addEventListener("change", () => (traffic.rate = still.matches ? CALM_RATE : RATE));
traffic.addEventListener("answered", ({ detail }) => {
  pod = detail.pod;
  lastAnswer = now();
  met.add(pod.name);
  show();
});
traffic.addEventListener("happened", () => ($("news").textContent = traffic.events.at(-1).text)); // not each answer: too much to listen to
document.addEventListener("visibilitychange", run);
addEventListener("pageshow", run);
run();
setInterval(show, 500);
