// SPDX-License-Identifier: Apache-2.0
// The table of pods: which pods answer, how much of the traffic, and how fast.
import { SHAPES } from "./chart.js";
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
    row.classList.toggle("gone", pod.gone);
    set("share", all ? `${Math.round((100 * pod.recent.length) / all)} %` : "–");
    set("answers", pod.answers);
    set("retried", pod.retried);
    set("latency", took.length ? `${duration(percentile(took, 0.5))} / ${duration(percentile(took, 0.95))}` : "–");
    set("seen", pod.gone || ago > 1500 ? `${Math.round(ago / 1000)} s ago` : "now");
  }
}

function addRow({ name, version, colour, shape }) {
  const row = body.appendChild(blank.cloneNode(true));
  row.dataset.pod = name;
  row.querySelector("th").title = name;
  const mark = row.querySelector("path");
  mark.setAttribute("d", SHAPES[shape](8));
  mark.style.fill = `var(--pod-${colour})`;
  row.querySelector(".name").textContent = short(name);
  row.querySelector(".version").textContent = version;
  return row;
}
