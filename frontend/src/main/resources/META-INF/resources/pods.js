// SPDX-License-Identifier: Apache-2.0
// The table of pods: which pods answer, how much of the traffic, and how fast.
import { byId, paint } from "./dom.js";
import { duration, percentile, shortName } from "./format.js";

const body = byId("legend").tBodies[0];
const blank = body.querySelector("template").content.firstElementChild;
const rows = new Map(); // by the pod's name

export function showPods({ cluster: { pods }, time }) {
  for (const [name, row] of rows) {
    if (pods.has(name)) continue;
    row.remove();
    rows.delete(name);
  }
  const all = [...pods.values()].reduce((sum, { recent }) => sum + recent.length, 0);
  for (const pod of pods.values()) {
    if (!rows.has(pod.name)) rows.set(pod.name, addRow(pod));
    const row = rows.get(pod.name);
    const set = (name, text) => (row.querySelector(`.${name}`).textContent = text);
    const took = pod.recent.map((response) => response.took);
    const ago = time - pod.last;
    paint(row, pod);
    if (row.classList.contains("gone") !== pod.gone) {
      row.classList.toggle("gone");
      if (pod.gone)
        body.append(row); // those that answer come first
      else body.prepend(row);
    }
    set("share", all ? `${Math.round((100 * pod.recent.length) / all)} %` : "–");
    set("version", pod.version);
    set("node", pod.node ?? "–");
    set("answers", pod.responses);
    set("retried", pod.retried);
    set("latency", took.length ? `${duration(percentile(took, 0.5))} / ${duration(percentile(took, 0.95))}` : "–");
    set("seen", pod.gone || ago > 1500 ? `${duration(ago, 0)} ago` : "now");
  }
}

function addRow(pod) {
  const row = body.insertBefore(blank.cloneNode(true), body.querySelector(".gone"));
  row.dataset.pod = pod.name;
  row.querySelector("th").title = pod.name;
  row.querySelector(".name").textContent = shortName(pod.name);
  return row;
}
