// SPDX-License-Identifier: Apache-2.0
// Draws the live traffic on two canvases: every answer is a dot, every second a bar. The colour shows the pod, the shape
// the version, and a ring that it needed another attempt. A failure is a red cross that nobody overlooks.
import { now } from "./traffic.js";

const SECONDS_SHOWN = 60;
const PODS = Array.from({ length: 8 }, (_, i) => `--pod-${i}`);

// A canvas does not know light-dark(): as registered colours, these have the value of the current colour scheme.
for (const name of ["--paper", "--ink", "--line", "--alarm", ...PODS]) {
  CSS.registerProperty({ name, syntax: "<color>", inherits: true, initialValue: "black" });
}

/** @returns {string} a colour of style.css */
export function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name);
}

/** Fits a canvas to its box and to the pixels of the screen. */
function prepare(canvas) {
  const ratio = devicePixelRatio;
  const { clientWidth: width, clientHeight: height } = canvas;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  return { pen, width, height };
}

/** The shapes, in the order in which versions appear: circle, square, triangle, diamond. */
export const SHAPES = [
  (r) => `M${-r} 0A${r} ${r} 0 1 1 ${r} 0A${r} ${r} 0 1 1 ${-r} 0Z`,
  (r) => `M${-r * 0.88} ${-r * 0.88}H${r * 0.88}V${r * 0.88}H${-r * 0.88}Z`,
  (r) => `M0 ${-r}L${r} ${r * 0.85}H${-r}Z`,
  (r) => `M0 ${-r * 1.15}L${r * 1.15} 0L0 ${r * 1.15}L${-r * 1.15} 0Z`,
];

/**
 * One dot per answer, in reading order; when the canvas is full, the first row makes room. Draws only new dots, unless
 * the layout changes: this runs for hours.
 */
export class Dots {
  #canvas;
  #traffic;
  #pen;
  #layout = "";
  #drawn = 0; // the place behind the last dot

  constructor(canvas, traffic) {
    this.#canvas = canvas;
    this.#traffic = traffic;
  }

  draw() {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const ratio = devicePixelRatio;
    const pitch = Math.max(12, Math.round(width / 50));
    const columns = Math.floor(width / pitch);
    const rows = Math.floor(height / pitch);
    const total = this.#traffic.answered + this.#traffic.failed;
    const first = Math.max(0, (Math.ceil(total / columns) - rows) * columns);
    const layout = `${width} ${height} ${ratio} ${first} ${matchMedia("(prefers-color-scheme: dark)").matches}`;
    if (layout !== this.#layout) {
      this.#layout = layout;
      this.#pen = prepare(this.#canvas).pen;
      this.#drawn = first;
    }
    if (this.#drawn === total) return;
    const colours = PODS.map(colour);
    const offset = total - this.#traffic.dots.length;
    for (; this.#drawn < total; this.#drawn++) {
      const dot = this.#traffic.dots[this.#drawn - offset];
      if (!dot) continue;
      const place = this.#drawn - first;
      const x = (place % columns) * pitch + pitch / 2;
      const y = Math.floor(place / columns) * pitch + pitch / 2;
      this.#pen.setTransform(ratio, 0, 0, ratio, x * ratio, y * ratio);
      if (dot.failed) this.#cross(pitch * 0.38);
      else {
        this.#pen.fillStyle = colours[dot.colour];
        this.#pen.fill(new Path2D(SHAPES[dot.shape](pitch * (dot.retried ? 0.2 : 0.36))));
        if (dot.retried) this.#ring(pitch * 0.4);
      }
    }
  }

  #ring(r) {
    this.#pen.strokeStyle = colour("--ink");
    this.#pen.lineWidth = r / 4;
    this.#pen.stroke(new Path2D(SHAPES[0](r)));
  }

  #cross(r) {
    this.#pen.strokeStyle = colour("--alarm");
    this.#pen.lineWidth = r / 2;
    this.#pen.stroke(new Path2D(`M${-r} ${-r}L${r} ${r}M${r} ${-r}L${-r} ${r}`));
  }
}

/** The last minute, one bar per second, by pod: in a rollout, one set of colours takes over from another. */
export function drawTimeline(canvas, traffic) {
  const { pen, width, height } = prepare(canvas);
  const colours = PODS.map(colour);
  const last = Math.floor(now() / 1000);
  const bar = width / SECONDS_SHOWN;
  const shown = traffic.seconds.filter(({ second }) => second > last - SECONDS_SHOWN);
  const count = ({ pods, failed }) => [...pods.values()].reduce((sum, { answers }) => sum + answers, failed);
  const highest = Math.max(10, ...shown.map(count));
  const size = height / 7; // of the names of the versions, above the bars
  const top = 1.2 * size;
  const versions = new Set();
  pen.font = `600 ${size}px system-ui, sans-serif`;
  for (const second of shown) {
    const x = width - (last - second.second + 1) * bar;
    let y = height;
    const cells = [...second.pods.values()].sort((a, b) => a.shape - b.shape || a.colour - b.colour);
    for (const cell of cells) {
      const h = (cell.answers / highest) * (height - top);
      pen.fillStyle = colours[cell.colour];
      pen.fillRect(x, y - h, Math.max(1, bar - 0.5), h);
      y -= h;
      if (!versions.has(cell.version)) {
        versions.add(cell.version);
        pen.fillStyle = colour("--ink");
        const room = pen.measureText(cell.version).width + 4;
        pen.fillText(cell.version, x + room > width ? x - room : x + 4, size); // beside its line, on the side with room
        pen.fillRect(x, 0, 1.5, height);
      }
    }
    if (second.failed) {
      pen.fillStyle = colour("--alarm");
      pen.fillRect(x, top, Math.max(3, bar), Math.max(8, (second.failed / highest) * (height - top)));
    }
  }
  pen.fillStyle = colour("--line");
  pen.fillRect(0, height - 1, width, 1);
}
