// SPDX-License-Identifier: Apache-2.0
// The table of pods: which pods answer, how much of the traffic, and how fast.
import { mark } from "./canvas.js";
import { duration, now, percentile, short } from "./traffic.js";

const body = document.getElementById("legend").tBodies[0];
const blank = body.querySelector("template").content.firstElementChild;
const rows = new Map(); // by the pod that each shows

export function showPods({ pods }) {
  for (const [pod, row] of rows) {
    if (pods.get(pod.name) !== pod) {
      row.remove();
      rows.delete(pod);
    }
  }
  const all = [...pods.values()].reduce((sum, { recent }) => sum + recent.length, 0);
  for (const pod of pods.values()) {
    if (!rows.has(pod)) rows.set(pod, addRow(pod));
    const row = rows.get(pod);
    const set = (name, text) => (row.querySelector(`.${name}`).textContent = text);
    const took = pod.recent.map((answer) => answer.took);
    const ago = now() - pod.last;
    mark(row, pod);
    if (row.classList.contains("gone") !== pod.gone) {
      row.classList.toggle("gone");
      if (pod.gone) body.append(row); // those that answer come first
      else body.prepend(row);
    }
    set("share", all ? `${Math.round((100 * pod.recent.length) / all)} %` : "–");
    set("answers", pod.answers);
    set("retried", pod.retried);
    set("latency", took.length ? `${duration(percentile(took, 0.5))} / ${duration(percentile(took, 0.95))}` : "–");
    set("seen", pod.gone || ago > 1500 ? `${Math.round(ago / 1000)} s ago` : "now");
  }
}

function addRow(pod) {
  const row = body.insertBefore(blank.cloneNode(true), body.querySelector(".gone"));
  row.dataset.pod = pod.name;
  row.querySelector("th").title = pod.name;
  row.querySelector(".name").textContent = short(pod.name);
  row.querySelector(".node").textContent = pod.node ?? "–";
  row.querySelector(".version").textContent = pod.version;
  return row;
}
