// SPDX-License-Identifier: Apache-2.0
// Fault injection: a pod on the map opens the list of faults. Only where the backend allows it.
import { faultStatus, injectFault } from "./backend.js";
import { now, short } from "./traffic.js";

const TRIES = 100; // each reaches whichever pod the cluster picks, until it is the one we want
const PAUSE = 60; // milliseconds: in a cluster, the frontend opens a new connection every 50

const EFFECTS = {
  panic: () => "panics: its process dies, and a cluster restarts the container",
  hang: () => "fails its liveness probe: a cluster restarts the container",
  unready: () => "fails its readiness probe, so it gets no new requests",
  ready: () => "passes its readiness probe again",
  slow: ({ milliseconds }) => `answers ${milliseconds / 1000} s later than usual`,
  errors: ({ percent }) => `fails ${percent} % of its requests`,
  leak: () => "leaks memory, until it reaches its limit and is killed",
};
const HAVE_NO_END = ["panic", "hang", "leak", "ready"]; // or a restart ends them

const $ = (id) => document.getElementById(id);
const menu = $("faults");
const active = new Map(); // by the pod's name: {fault, end}, the one that was injected last
let target; // the name of the pod that the list is about
let tell; // (sentence, label), for the list of what happened

/** @returns {Map<string, string>} what to write on pods, by their names: which fault lasts, and for how long */
export function activeFaults() {
  const shown = new Map();
  for (const [pod, { fault, end }] of active) {
    const left = Math.ceil((end - now()) / 1000);
    if (left > 0) shown.set(pod, `${fault} ${left} s`);
    else {
      active.delete(pod);
      tell(`The fault in pod ${short(pod)} has ended`, `${short(pod)}: ${fault} ended`);
    }
  }
  return shown;
}

/** @param listener is called with what was injected, as a sentence and as a few words */
export async function offerFaults(listener) {
  tell = listener;
  if ((await faultStatus()).answer?.enabled) $("map").dataset.faults = "";
}

$("nodes").addEventListener("click", ({ target: element }) => {
  const cell = element.closest("button.pod");
  if (cell) open(cell);
});

menu.addEventListener("click", ({ target: { dataset } }) => {
  if (dataset.fault) inject(dataset.fault, target);
});

function open(cell) {
  target = cell.dataset.pod;
  $("faults-headline").textContent = `Break pod ${short(target)}`;
  $("fault-status").textContent = "";
  menu.showPopover();
  const { left, right, bottom } = cell.getBoundingClientRect();
  const fit = (wish, size, room) => `${Math.max(8, Math.min(wish, room - size - 8))}px`;
  const isRoomBeside = right + menu.offsetWidth + 16 < innerWidth;
  menu.style.left = fit(isRoomBeside ? right + 8 : left - menu.offsetWidth - 8, menu.offsetWidth, innerWidth);
  menu.style.top = fit(bottom - menu.offsetHeight, menu.offsetHeight, innerHeight);
  menu.querySelector("[data-fault]").focus();
}

async function inject(fault, pod) {
  const settings = { pod, seconds: $("seconds").value };
  if (fault === "slow") settings.milliseconds = $("milliseconds").value;
  if (fault === "errors") settings.percent = $("percent").value;
  $("fault-status").textContent = "Looking for the pod …";
  let result;
  for (let i = 0; i < TRIES; i++) {
    result = await injectFault(fault, settings);
    if (result.status !== 421) break;
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  if (!result.ok) {
    $("fault-status").textContent = result.status === 421 ? "The pod could not be reached. It may be gone." : result.sentence;
    return;
  }
  if (target === pod) menu.hidePopover();
  active.delete(pod);
  const end = now() + result.answer.active[fault] * 1000;
  const until = HAVE_NO_END.includes(fault) ? "" : `, until ${new Date(end).toTimeString().slice(0, 8)}`;
  if (until) active.set(pod, { fault, end });
  tell(`Pod ${short(pod)} ${EFFECTS[fault](settings)}${until}`, `${fault} in ${short(pod)}`);
}
