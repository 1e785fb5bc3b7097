// SPDX-License-Identifier: Apache-2.0
// The map: a box for each node, in it a cell for each pod, and a pulse from the frontend to the pod for every answer. All of
// it comes from the answers: a node is a name that they carry, and what is silent may be dead, cut off, or gone as planned.
import { colours, dress, mark, prepare } from "./canvas.js";
import { SHAPES } from "./colours.js";
import { duration, now, short } from "./traffic.js";

const FLIGHT = 450; // milliseconds from the frontend to the pod
const RIPPLE = 350; // … and to fade there
const FALL = 1_600; // milliseconds that the cross of a failure is on its way to nowhere
const REPLACED_FOR = 4_000; // milliseconds: then the cell of a pod that was replaced makes room …
const SILENT_FOR = 30_000; // … and after this time, that of one that was not
const MAX_PULSES = 200;

const $ = (id) => document.getElementById(id);
const part = (id) => $(id).content.firstElementChild.cloneNode(true);
const still = matchMedia("(prefers-reduced-motion: reduce)");

export class ClusterMap {
  #traffic;
  #boxes = new Map(); // by the node's name: its element
  #cells = new Map(); // by the pod: {item, button, pod, x, y, r}, where x, y, and r say where its shape is
  #pulses = []; // oldest first: {begin, pod, retried, aside}; no pod, if the request failed
  #origin = { x: 0, y: 0 };
  #size = 9; // of a pulse
  #colours = colours();
  #isDrawing = false; // whether a frame is due

  constructor(traffic) {
    this.#traffic = traffic;
    traffic.addEventListener("answered", ({ detail }) => this.#pulse(detail));
    traffic.addEventListener("failed", () => this.#pulse({}));
  }

  /**
   * Shows what changed since the last call.
   *
   * @param faults what the page did to pods: a few words by the pod's name
   */
  show(faults) {
    const { pods, nodes } = this.#traffic;
    const time = now();
    dress(pods);
    for (const node of nodes.values()) this.#showNode(node, time);
    for (const [name, box] of this.#boxes) {
      if (nodes.has(name)) continue;
      box.remove();
      this.#boxes.delete(name);
    }
    const isShown = (pod) => pods.get(pod.name) === pod && time - pod.last < (!pod.gone ? Infinity : pod.replaced ? REPLACED_FOR : SILENT_FOR);
    for (const [pod, { item }] of this.#cells) {
      if (isShown(pod)) continue;
      item.remove();
      this.#cells.delete(pod);
    }
    const answers = [...pods.values()].reduce((sum, { recent }) => sum + recent.length, 0);
    for (const pod of pods.values()) if (isShown(pod)) this.#showPod(pod, { time, answers, fault: faults.get(pod.name) });
    this.#measure();
  }

  #showNode({ name, last, dark }, time) {
    if (!this.#boxes.has(name)) this.#boxes.set(name, this.#addBox(name));
    const box = this.#boxes.get(name);
    const isEmpty = [...this.#traffic.pods.values()].every((pod) => pod.node !== name || pod.gone);
    box.classList.toggle("dark", dark);
    box.querySelector("p").textContent = dark ? `silent for ${duration(time - last, 0)}` : isEmpty ? "empty: no pod answers here" : "";
  }

  #showPod(pod, { time, answers, fault }) {
    if (!this.#cells.has(pod)) this.#cells.set(pod, this.#addCell(pod));
    const { button } = this.#cells.get(pod);
    const share = answers && !pod.gone ? pod.recent.length / answers : 0;
    const says = fault ?? pod.version + (answers ? ` · ${Math.round(100 * share)} %` : "");
    button.classList.toggle("gone", pod.gone);
    button.classList.toggle("faulty", !pod.gone && fault !== undefined);
    mark(button, pod);
    button.disabled = pod.gone || !("faults" in $("map").dataset);
    button.querySelector(".says").textContent = pod.gone ? `silent ${duration(time - pod.last, 0)}` : says;
    button.style.setProperty("--share", share.toFixed(2));
  }

  #addBox(name) {
    const box = part("node");
    box.dataset.node = name ?? "";
    box.querySelector("h3").textContent = box.querySelector("h3").title = name ?? "Outside a cluster";
    const after = [...this.#boxes.keys()].filter((other) => other > name).sort()[0];
    $("nodes").insertBefore(box, this.#boxes.get(after) ?? null);
    return box;
  }

  #addCell(pod) {
    const item = part("pod");
    const button = item.firstElementChild;
    button.dataset.pod = button.title = pod.name;
    button.querySelector("strong").textContent = short(pod.name);
    this.#boxes.get(pod.node).querySelector("ul").append(item);
    return { item, button, pod };
  }

  /** Where the pulses begin and end. */
  #measure() {
    const canvas = $("pulses").getBoundingClientRect();
    const frontend = $("frontend").getBoundingClientRect();
    this.#origin = { x: frontend.x + frontend.width / 2 - canvas.x, y: frontend.bottom - canvas.y };
    for (const cell of this.#cells.values()) {
      const { x, y, width, height } = cell.button.querySelector("svg").getBoundingClientRect();
      Object.assign(cell, { x: x + width / 2 - canvas.x, y: y + height / 2 - canvas.y, r: width / 2 });
    }
    this.#size = 0.55 * parseFloat(getComputedStyle($("map")).fontSize);
    this.#colours = colours();
  }

  #pulse({ pod, retried }) {
    if (still.matches) return;
    this.#pulses.push({ begin: performance.now(), pod, retried, aside: Math.random() - 0.5 });
    if (this.#pulses.length > MAX_PULSES) this.#pulses.shift();
    if (!this.#isDrawing) this.#drawSoon();
  }

  #drawSoon() {
    this.#isDrawing = true;
    requestAnimationFrame((time) => this.#draw(time));
  }

  /** Draws a frame, and the next one while a pulse is on its way: without traffic, the page draws nothing. */
  #draw(time) {
    this.#pulses = this.#pulses.filter(({ begin, pod }) => time - begin < (pod ? FLIGHT + RIPPLE : FALL));
    this.#isDrawing = false;
    if (this.#pulses.length) this.#drawSoon();
    const { pen, height } = prepare($("pulses"));
    const { x, y } = this.#origin;
    for (const { begin, pod, retried, aside } of this.#pulses) {
      const age = Math.max(0, time - begin);
      if (!pod) this.#cross(pen, x + aside * 160, y + (height / 3) * Math.min(1, age / FLIGHT), 1 - age / FALL);
      else if (this.#cells.has(pod)) this.#fly(pen, this.#cells.get(pod), age, retried);
    }
    pen.globalAlpha = 1;
  }

  #fly(pen, { pod, x, y, r }, age, retried) {
    const from = this.#origin;
    const colour = this.#colours[`--pod-${pod.colour}`];
    pen.save();
    if (age < FLIGHT) {
      const t = (age / FLIGHT) ** 1.4;
      // leaves straight down, and arrives from above
      const bend = from.y + (y - from.y) * 0.5;
      const at = (a, b, c, d) => a * (1 - t) ** 3 + 3 * b * (1 - t) ** 2 * t + 3 * c * (1 - t) * t * t + d * t ** 3;
      pen.translate(at(from.x, from.x, x, x), at(from.y, bend, bend, y));
      pen.fillStyle = colour;
      const size = Math.min(r / 2.2, this.#size) * Math.min(1, 0.4 + 4 * t);
      pen.fill(new Path2D(SHAPES[pod.shape](size)));
      if (retried) this.#ring(pen, size * 1.7, this.#colours["--ink"], size / 2.5);
    } else {
      const t = (age - FLIGHT) / RIPPLE;
      pen.translate(x, y);
      pen.globalAlpha = 0.7 * (1 - t);
      this.#ring(pen, r * (0.8 + 0.5 * t), colour, 2.5);
    }
    pen.restore();
  }

  #ring(pen, r, colour, width) {
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.stroke(new Path2D(SHAPES[0](r)));
  }

  #cross(pen, x, y, alpha) {
    const r = 1.6 * this.#size;
    pen.globalAlpha = alpha;
    pen.strokeStyle = this.#colours["--alarm"];
    pen.lineWidth = r / 2;
    pen.stroke(new Path2D(`M${x - r} ${y - r}L${x + r} ${y + r}M${x + r} ${y - r}L${x - r} ${y + r}`));
  }
}
