// SPDX-License-Identifier: Apache-2.0
// Fault injection. The buttons appear only if the backend allows it.
import { faultStatus, injectFault, lastPod } from "./backend.js";
import { short } from "./traffic.js";

const TRIES = 100; // each reaches whichever pod the cluster picks, until it is the one we want
const PAUSE = 60; // milliseconds: the frontend opens a new connection every 50

const EFFECTS = {
  panic: "panics: its process exits at once. A cluster restarts the container.",
  hang: "fails its liveness probe. A cluster restarts the container.",
  unready: "fails its readiness probe for 30 seconds: the Service sends it no new requests.",
  ready: "passes its readiness probe again.",
  slow: "answers two seconds later than usual, for 30 seconds.",
  errors: "fails about every second request, for 30 seconds.",
  leak: "leaks memory until it reaches its limit and is killed.",
};

const section = document.getElementById("faults");
const target = document.getElementById("target");
const [podShown, sentenceShown] = document.getElementById("fault-status").children;

function say(pod, sentence) {
  podShown.textContent = pod;
  sentenceShown.textContent = sentence;
}

async function inject(fault, pod) {
  say("", "Looking for the pod …");
  let result;
  for (let i = 0; i < TRIES; i++) {
    result = await injectFault(fault, pod);
    if (result.status !== 421) break;
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  if (result.ok) say(short(result.answer.pod), EFFECTS[fault]);
  else if (result.status === 421) say(short(pod), "could not be reached. It may be gone.");
  else say("", result.sentence);
}

section.addEventListener("click", ({ target: { dataset } }) => {
  if (dataset.fault) inject(dataset.fault, target.value === "last" ? lastPod : undefined);
});
section.hidden = !(await faultStatus()).answer?.enabled;
