// Faults on purpose: buttons that exist only if the backend allows faults.
import { short } from "./traffic.js";

const TRIES = 100; // to meet one pod among many: each try meets whichever the cluster chooses
const PAUSE = 60; // milliseconds

const DONE = {
  panic: "panics: its process dies, and the cluster starts another",
  hang: "says that it hangs: the cluster will restart it",
  unready: "says that it is not ready, for 30 seconds",
  ready: "says that it is ready",
  slow: "takes two seconds longer for each answer, for 30 seconds",
  errors: "fails every second request, for 30 seconds",
  leak: "leaks memory until its limit ends it",
};

/** Shows the buttons if there is something behind them. */
export async function setUpFaults(traffic) {
  const allowed = await fetch("/api/faults/status").then((response) => response.ok, () => false);
  if (!allowed) return;
  const status = document.getElementById("fault-status");
  for (const button of document.querySelectorAll("[data-fault]")) {
    button.addEventListener("click", async () => {
      const fault = button.dataset.fault;
      const target = document.getElementById("target").value === "last" ? lastPod(traffic) : undefined;
      status.textContent = "Looking for the pod …";
      const struck = await strike(fault, target);
      status.textContent = struck ? `${short(struck)} ${DONE[fault]}.` : "That pod could not be reached: perhaps it is gone.";
    });
  }
  document.getElementById("faults").hidden = false;
}

function lastPod(traffic) {
  return traffic.lastPod ?? (document.querySelector("#answer .pod").textContent || undefined);
}

/** @returns {Promise<string|undefined>} the pod that it struck */
async function strike(fault, pod) {
  const query = pod ? `?pod=${encodeURIComponent(pod)}` : "";
  for (let i = 0; i < TRIES; i++) {
    const response = await fetch(`/api/faults/${fault}${query}`, { method: "POST" }).catch(() => undefined);
    if (response?.ok) return (await response.json()).pod;
    if (response?.status !== 421) return undefined;
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}
