// SPDX-License-Identifier: Apache-2.0
// Fault injection: a pod on the map opens the list of faults. Only where the backend allows it.
import { faultStatus, injectFault } from "./backend.js";
import { byId } from "./dom.js";
import { shortName, typeOf } from "./format.js";

const TRIES = 100; // each reaches whichever pod the cluster picks, until it is the one we want
const PAUSE = 60; // milliseconds: then the frontend has opened a new connection
const NOBODY = ", but only a cluster checks it";

/** What happens, as a sentence after the pod's name. Only in a cluster, something watches the process. */
const EFFECTS = {
  panic: (settings, inCluster) =>
    `panics: its process dies${inCluster ? ", and the cluster restarts the container" : ""}`,
  hang: (settings, inCluster) =>
    inCluster
      ? "fails its liveness probe: the cluster restarts the container"
      : `would fail its liveness probe${NOBODY}`,
  unready: (settings, inCluster) =>
    inCluster ? "fails its readiness probe, so it gets no new requests" : `would fail its readiness probe${NOBODY}`,
  ready: () => "passes its readiness probe again",
  slow: ({ milliseconds }) => `answers ${milliseconds / 1000} s later than usual`,
  errors: ({ percent }) => `fails ${percent} % of its requests`,
  leak: (settings, inCluster) =>
    inCluster
      ? "leaks memory, until it reaches its limit and is killed"
      : "leaks memory, until its JVM gives it no more",
  busy: () => "takes all the processor time that it gets, up to one core",
};
const LASTING = ["unready", "slow", "errors", "busy"]; // for a time that is known

const menu = byId("faults");
let target; // {name, node} of the pod that the list is about
let report;

/** @param listener is called with what was injected; see Run.fault */
export async function offerFaults(listener) {
  report = listener;
  if ((await faultStatus()).body?.enabled) byId("map").dataset.faults = "";
}

byId("nodes").addEventListener("click", ({ target: element }) => {
  const cell = element.closest("button.pod");
  if (cell) open(cell);
});

menu.addEventListener("click", ({ target: { dataset } }) => {
  if (dataset.fault) inject(dataset.fault, target);
});

function open(cell) {
  target = { name: cell.dataset.pod, node: cell.closest("[data-node]").dataset.node };
  byId("faults-headline").textContent = `Break ${typeOf(target)} ${shortName(target.name)}`;
  byId("fault-status").textContent = "";
  menu.showPopover();
  const isNarrow = innerWidth < 2 * menu.offsetWidth; // then the list goes below the pod, and otherwise beside it
  if (isNarrow) cell.scrollIntoView();
  const { left, right, bottom } = cell.getBoundingClientRect();
  menu.style.maxHeight = isNarrow ? `${Math.max(innerHeight - bottom - 16, innerHeight / 2)}px` : "";
  const fit = (wish, size, room) => `${Math.max(8, Math.min(wish, room - size - 8))}px`;
  const isRoomBeside = right + menu.offsetWidth + 16 < innerWidth;
  menu.style.left = fit(isRoomBeside ? right + 8 : left - menu.offsetWidth - 8, menu.offsetWidth, innerWidth);
  menu.style.top = fit(isNarrow ? bottom + 8 : bottom - menu.offsetHeight, menu.offsetHeight, innerHeight);
  menu.querySelector("[data-fault]").focus();
}

async function inject(fault, pod) {
  const settings = { pod: pod.name, seconds: byId("seconds").value };
  if (fault === "slow") settings.milliseconds = byId("milliseconds").value;
  if (fault === "errors") settings.percent = byId("percent").value;
  byId("fault-status").textContent = `Looking for the ${typeOf(pod)} …`;
  let result;
  for (let i = 0; i < TRIES; i++) {
    result = await injectFault(fault, settings);
    if (result.status !== 421) break;
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  if (!result.ok) {
    byId("fault-status").textContent =
      result.status === 421 ? `The ${typeOf(pod)} could not be reached. It may be gone.` : result.sentence;
    return;
  }
  if (target === pod) menu.hidePopover();
  const left = result.body.active[fault] * 1000;
  const until = LASTING.includes(fault) ? `, until ${new Date(Date.now() + left).toTimeString().slice(0, 8)}` : "";
  const effect = EFFECTS[fault](settings, Boolean(pod.node));
  report(
    pod.name,
    fault,
    `${pod.node ? "Pod" : "Server"} ${shortName(pod.name)} ${effect}${until}`,
    `${fault} in ${shortName(pod.name)}`,
    until ? left : undefined,
  );
}
