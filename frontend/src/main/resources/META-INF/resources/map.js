// SPDX-License-Identifier: Apache-2.0
// The map: a box for each node, in it a cell for each pod, and a pulse from the frontend to the pod for every answer. All of
// it comes from the answers: a node is a name that they carry, and what is silent may be dead, cut off, or gone as planned.
import { SHAPES } from "./colours.js";
import { byId, copyOf, paint, palette, prepare, reducedMotion, writeName } from "./dom.js";
import { duration, shortName } from "./format.js";
import { Places } from "./places.js";

const FLIGHT = 450; // milliseconds from the frontend to the pod
const RIPPLE = 350; // … and to fade there
const FALL = 1_600; // milliseconds that the cross of a failure can be seen
const REPLACED_FOR = 4_000; // milliseconds: then the cell of a pod that was replaced becomes empty …
const SILENT_FOR = 30_000; // … and after this time, that of one that was not
const MAX_PULSES = 200;
const MANY = 8; // pods: for more, there is only room for their names

export class ClusterMap {
  #traffic;
  #cluster;
  #boxes = new Map(); // by the node's name: {element, places}
  #cells = new Map(); // by the pod: {item, button, pod, x, y, r}, where x, y, and r say where its shape is
  #pulses = []; // oldest first: {begin, pod, retried, failed, aside}; a failure may have no pod
  #origin = { x: 0, y: 0 };
  #size = 9; // of a pulse
  #palette = palette();
  #isDrawing = false; // whether a frame is due

  constructor(traffic) {
    this.#traffic = traffic;
    this.#cluster = traffic.cluster;
    traffic.addEventListener("answered", ({ detail }) => this.#pulse(detail));
    traffic.addEventListener("failed", ({ detail }) => this.#pulse({ ...detail, failed: true }));
  }

  /**
   * Shows what changed since the last call.
   *
   * @param faults what the page did to pods: a few words by the pod's name
   */
  show(faults) {
    const { pods, nodes, silent } = this.#cluster;
    const { time } = this.#traffic;
    byId("map").classList.toggle("silent", silent);
    byId("map").classList.toggle("outside", nodes.has(undefined)); // of a cluster, where there is no Service
    for (const node of nodes.values()) this.#showNode(node, time);
    for (const [name, { element }] of this.#boxes) {
      if (nodes.has(name)) continue;
      element.remove();
      this.#boxes.delete(name);
    }
    const answers = [...pods.values()].reduce((sum, { recent }) => sum + recent.length, 0);
    byId("map").classList.toggle("many", this.#cells.size > MANY);
    const shown = [...pods.values()].filter((pod) => this.#isShown(pod, time));
    for (const pod of shown) this.#showPod(pod, { time, answers, fault: faults.get(pod.name) });
    for (const pod of this.#cells.keys())
      if (!this.#isShown(pod, time) || !this.#placesOf(pod)?.has(pod)) this.#remove(pod);
    for (const box of this.#boxes.values()) this.#showEmptyPlaces(box);
    const hidesNodes = overflows(byId("nodes"));
    byId("nodes").tabIndex = hidesNodes ? 0 : -1; // to scroll by keyboard
    byId("more").hidden = !hidesNodes;
    this.#measure();
  }

  #placesOf({ node }) {
    return this.#boxes.get(node)?.places;
  }

  #isShown(pod, time) {
    if (this.#cluster.pods.get(pod.name) !== pod || !this.#boxes.has(pod.node)) return false;
    if (!pod.gone) return true;
    const isNew = !this.#cells.has(pod);
    return !isNew && time - pod.last < (pod.replaced ? REPLACED_FOR : SILENT_FOR);
  }

  #showNode({ name, last, dark }, time) {
    if (!this.#boxes.has(name)) this.#boxes.set(name, this.#addBox(name));
    const { element } = this.#boxes.get(name);
    const isEmpty = this.#cluster.living.every(({ node }) => node !== name);
    element.classList.toggle("dark", dark);
    element.querySelector("p").textContent = dark
      ? `silent for ${duration(time - last, 0)}`
      : isEmpty
        ? "empty: no pod answers here"
        : overflows(element.querySelector("ul"))
          ? "scroll for more"
          : "";
  }

  #showPod(pod, { time, answers, fault }) {
    if (!this.#cells.has(pod)) this.#cells.set(pod, this.#addCell(pod));
    const { button, item } = this.#cells.get(pod);
    const isSilent = pod.gone || this.#cluster.silent;
    const share = answers && !isSilent ? pod.recent.length / answers : 0;
    const state = fault ?? pod.version + (answers ? ` · ${Math.round(100 * share)} %` : "");
    if (!pod.gone) item.style.order = this.#placesOf(pod).take(pod);
    button.classList.toggle("gone", isSilent);
    button.classList.toggle("doubtful", pod.doubtful && !isSilent);
    button.classList.toggle("faulty", !isSilent && fault !== undefined);
    paint(button, pod);
    button.disabled = pod.gone || !("faults" in byId("map").dataset);
    button.querySelector(".state").textContent = isSilent ? `silent ${duration(time - pod.last, 0)}` : state;
    button.style.setProperty("--share", share.toFixed(2));
  }

  #addBox(name) {
    const element = copyOf("node");
    element.dataset.node = name ?? "";
    writeName(element.querySelector(".name"), name ?? "Outside a cluster");
    element.querySelector("small").hidden = !name;
    const after = [...this.#boxes.keys()].filter((other) => other > name).sort()[0];
    byId("nodes").insertBefore(element, this.#boxes.get(after)?.element ?? null);
    return { element, places: new Places() };
  }

  #addCell(pod) {
    const item = copyOf("pod");
    const button = item.firstElementChild;
    button.dataset.pod = button.title = pod.name;
    writeName(button.querySelector(".name"), shortName(pod.name));
    this.#boxes.get(pod.node).element.querySelector("ul").append(item);
    return { item, button, pod };
  }

  #remove(pod) {
    this.#cells.get(pod).item.remove();
    this.#cells.delete(pod);
    this.#placesOf(pod)?.free(pod);
  }

  #showEmptyPlaces({ element, places }) {
    const list = element.querySelector("ul");
    const shown = list.querySelectorAll(".empty");
    places.empty.forEach((place, i) => {
      const item = shown[i] ?? list.appendChild(document.createElement("li"));
      item.className = "empty";
      item.style.order = place;
    });
    for (const item of [...shown].slice(places.empty.length)) item.remove();
  }

  /** Where the pulses begin and end. */
  #measure() {
    const canvas = byId("pulses").getBoundingClientRect();
    const frontend = byId("frontend").getBoundingClientRect();
    this.#origin = { x: frontend.x + frontend.width / 2 - canvas.x, y: frontend.bottom - canvas.y };
    for (const cell of this.#cells.values()) {
      const { x, y, width, height } = cell.button.querySelector("svg").getBoundingClientRect();
      Object.assign(cell, { x: x + width / 2 - canvas.x, y: y + height / 2 - canvas.y, r: width / 2 });
    }
    this.#size = 0.55 * parseFloat(getComputedStyle(byId("map")).fontSize);
    this.#palette = palette();
  }

  #pulse(pulse) {
    if (reducedMotion.matches || document.hidden) return;
    this.#pulses.push({ begin: performance.now(), aside: Math.random() - 0.5, ...pulse });
    if (this.#pulses.length > MAX_PULSES) this.#pulses.shift();
    if (!this.#isDrawing) this.#drawSoon();
  }

  #drawSoon() {
    this.#isDrawing = true;
    requestAnimationFrame((time) => this.#draw(time));
  }

  /** Draws a frame, and the next one while a pulse is on its way: without traffic, the page draws nothing. */
  #draw(time) {
    this.#pulses = this.#pulses.filter(({ begin, failed }) => time - begin < (failed ? FALL : FLIGHT + RIPPLE));
    this.#isDrawing = false;
    if (this.#pulses.length) this.#drawSoon();
    const { pen, height } = prepare(byId("pulses"));
    for (const { begin, pod, failed, retried, aside } of this.#pulses) {
      const age = Math.max(0, time - begin);
      const cell = this.#cells.get(pod);
      if (failed) this.#fail(pen, cell ?? this.#nowhere(aside, height), age);
      else if (cell) this.#fly(pen, cell, age, retried);
    }
    pen.globalAlpha = 1;
  }

  /** Where a failure goes that no pod has caused: below the frontend. */
  #nowhere(aside, height) {
    return { x: this.#origin.x + aside * 160, y: this.#origin.y + height / 3 };
  }

  /** @returns where something is that leaves straight down, and arrives from above */
  #onTheWay({ x, y }, age) {
    const t = Math.min(1, age / FLIGHT) ** 1.4;
    const from = this.#origin;
    const bend = from.y + (y - from.y) * 0.5;
    const at = (a, b, c, d) => a * (1 - t) ** 3 + 3 * b * (1 - t) ** 2 * t + 3 * c * (1 - t) * t * t + d * t ** 3;
    return { x: at(from.x, from.x, x, x), y: at(from.y, bend, bend, y), t };
  }

  #fly(pen, cell, age, retried) {
    const { pod, r } = cell;
    const colour = this.#palette[`--pod-${pod.colour}`];
    pen.save();
    if (age < FLIGHT) {
      const { x, y, t } = this.#onTheWay(cell, age);
      pen.translate(x, y);
      pen.fillStyle = colour;
      const size = Math.min(r / 2.2, this.#size) * Math.min(1, 0.4 + 4 * t);
      pen.fill(new Path2D(SHAPES[pod.shape](size)));
      if (retried) this.#ring(pen, size * 1.7, this.#palette["--ink"], size / 2.5);
    } else {
      const t = (age - FLIGHT) / RIPPLE;
      pen.translate(cell.x, cell.y);
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

  #fail(pen, target, age) {
    const { x, y } = this.#onTheWay(target, age);
    const r = 1.6 * this.#size;
    pen.globalAlpha = 1 - age / FALL;
    pen.strokeStyle = this.#palette["--alarm"];
    pen.lineWidth = r / 2;
    pen.stroke(new Path2D(`M${x - r} ${y - r}L${x + r} ${y + r}M${x + r} ${y - r}L${x - r} ${y + r}`));
  }
}

const overflows = ({ scrollHeight, clientHeight }) => scrollHeight > clientHeight + 2;
