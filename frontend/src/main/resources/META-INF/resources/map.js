// SPDX-License-Identifier: Apache-2.0
// The map: a box for each node, in it a cell for each pod, and a pulse from the frontend to the pod for every answer. All of
// it comes from the answers: a node is a name that they carry, and what is silent may be dead, cut off, or gone as planned.
import { SHAPES } from "./colours.js";
import { byId, copyOf, paint, palette, prepare, reducedMotion, writeName } from "./dom.js";
import { duration, shortName, typeOf } from "./format.js";

const FLIGHT = 450; // milliseconds from the frontend to the pod
const RIPPLE = 350; // … and to fade there
const FALL = 1_600; // milliseconds that the cross of a failure can be seen
const MAX_PULSES = 200;
const STAND_IN = "a stand-in: no health checks, no memory limits, no other nodes";
const MANY = 8; // pods: more of them show only their names, and so do fewer where there is no room for all

export class ClusterMap {
  #run;
  #boxes = new Map(); // elements, by the node's name
  #cells = new Map(); // by the pod's name: {item, button, node, x, y, r}, where x, y, and r say where its shape is
  #pulses = []; // oldest first: {begin, pod, retried, failed, aside}; a failure may have no pod
  #origin = { x: 0, y: 0 };
  #size = 9; // of a pulse
  #palette = palette();
  #isDrawing = false; // whether a frame is due
  #most = MANY; // pods that show more than their names

  constructor() {
    new ResizeObserver(() => (this.#most = MANY)).observe(byId("nodes"));
  }

  /** Draws a pulse for each response of a run from now on, and for no other. */
  follow(run) {
    for (const type of ["answered", "failed"]) {
      this.#run?.removeEventListener(type, this);
      run?.addEventListener(type, this);
    }
    this.#run = run;
  }

  handleEvent({ type, detail }) {
    this.#pulse({ ...detail, failed: type === "failed" });
  }

  /**
   * Shows a run as it is.
   *
   * @param {boolean} mayBreak whether a click on a pod opens the list of faults
   */
  show(run, mayBreak) {
    const { pods, nodes, silent } = run.cluster;
    byId("map").classList.toggle("silent", silent);
    const isOutside = nodes.has(undefined); // of a cluster: no Service, no pods
    byId("map").classList.toggle("outside", isOutside);
    for (const word of document.querySelectorAll("[data-words]")) {
      const text = word.dataset.words.split(" ")[Number(isOutside)];
      if (word.textContent !== text) word.textContent = text; // a screen reader tells what is written again
    }
    for (const node of nodes.values()) this.#showNode(node, run);
    for (const [name, element] of this.#boxes) {
      if (nodes.has(name)) continue;
      element.remove();
      this.#boxes.delete(name);
    }
    const answers = [...pods.values()].reduce((sum, { recent }) => sum + recent.length, 0);
    byId("map").classList.toggle("many", this.#cells.size > this.#most);
    for (const [name, { item, node }] of this.#cells) {
      if (placeOf(pods.get(name), nodes) >= 0 && pods.get(name).node === node) continue;
      item.remove();
      this.#cells.delete(name);
    }
    for (const pod of pods.values())
      if (placeOf(pod, nodes) >= 0) this.#showPod(pod, { run, answers, mayBreak, place: placeOf(pod, nodes) });
    for (const { name, places } of nodes.values()) showEmptyPlaces(this.#boxes.get(name), places);
    const isCrowded = [...this.#boxes.values()].some((element) => overflows(element.querySelector("ul")));
    if (isCrowded) this.#most = Math.min(this.#most, this.#cells.size - 1);
    const hidesNodes = overflows(byId("nodes"));
    byId("nodes").tabIndex = hidesNodes ? 0 : -1; // to scroll by keyboard
    byId("more").hidden = !hidesNodes;
    this.#measure();
  }

  #showNode({ name, last, dark }, { time, cluster }) {
    if (!this.#boxes.has(name)) this.#boxes.set(name, this.#addBox(name));
    const element = this.#boxes.get(name);
    const isEmpty = cluster.living.every(({ node }) => node !== name);
    element.classList.toggle("dark", dark);
    element.querySelector("p").textContent = dark
      ? `silent for ${duration(time - last, 0)}`
      : isEmpty
        ? `empty: no ${typeOf({ node: name })} answers here`
        : overflows(element.querySelector("ul"))
          ? "scroll\u00a0for\u00a0more" // on one line, or fewer pods are seen
          : name
            ? ""
            : STAND_IN;
  }

  #showPod(pod, { run, answers, mayBreak, place }) {
    if (!this.#cells.has(pod.name)) this.#cells.set(pod.name, this.#addCell(pod));
    const { button, item } = this.#cells.get(pod.name);
    const isSilent = pod.gone || run.cluster.silent;
    const share = answers && !isSilent ? pod.recent.length / answers : 0;
    const fault = run.faultsOf(pod.name);
    const state = fault || pod.version + (answers ? ` · ${digits(Math.round(100 * share))} %` : "");
    item.style.order = place;
    button.classList.toggle("gone", isSilent);
    button.classList.toggle("doubtful", pod.doubtful && !isSilent);
    button.classList.toggle("faulty", !isSilent && fault !== "");
    paint(button, pod);
    button.disabled = pod.gone || !mayBreak;
    button.querySelector(".state").textContent = isSilent
      ? `silent ${digits(duration(run.time - pod.last, 0), 4)}`
      : state;
    button.style.setProperty("--share", share.toFixed(2));
  }

  #addBox(name) {
    const element = copyOf("node");
    element.dataset.node = name ?? "";
    writeName(element.querySelector(".name"), name ?? "This machine, without Kubernetes");
    element.querySelector("small").hidden = !name;
    const after = [...this.#boxes.keys()].filter((other) => other > name).sort()[0];
    byId("nodes").insertBefore(element, this.#boxes.get(after) ?? null);
    return element;
  }

  #addCell(pod) {
    const item = copyOf("pod");
    const button = item.firstElementChild;
    button.dataset.pod = button.title = pod.name;
    writeName(button.querySelector(".name"), shortName(pod.name));
    this.#boxes.get(pod.node).querySelector("ul").append(item);
    return { item, button, node: pod.node };
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
      const cell = this.#cells.get(pod?.name);
      if (failed) this.#fail(pen, cell ?? this.#nowhere(aside, height), age);
      else if (cell) this.#fly(pen, { ...cell, pod }, age, retried);
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

const digits = (text, width = 2) => `${text}`.padStart(width, "\u2007"); // so that nothing moves with a digit

const placeOf = (pod, nodes) => nodes.get(pod?.node)?.places.of(pod) ?? -1;

function showEmptyPlaces(element, { empty }) {
  const list = element.querySelector("ul");
  const shown = list.querySelectorAll(".empty");
  empty.forEach((place, i) => {
    const item = shown[i] ?? list.appendChild(document.createElement("li"));
    item.className = "empty";
    item.style.order = place;
  });
  for (const item of [...shown].slice(empty.length)) item.remove();
}

const overflows = ({ scrollHeight, clientHeight }) => scrollHeight > clientHeight + 2;
