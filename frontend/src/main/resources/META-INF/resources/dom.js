// SPDX-License-Identifier: Apache-2.0
// What the modules of both pages share to read and change the document.
import { COLOURS, SHAPES } from "./colours.js";

export const byId = (id) => document.getElementById(id);

/** @returns a copy of what is in a template */
export const copyOf = (template) => byId(template).content.firstElementChild.cloneNode(true);

export const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

const PALETTE = ["--paper", "--ink", "--quiet", "--line", "--alarm", "--accent"];
for (let i = 0; i < COLOURS; i++) PALETTE.push(`--pod-${i}`);

/** @returns {object} the colours of style.css as they are written there, such as #a18274, by name */
export function palette() {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(PALETTE.map((name) => [name, style.getPropertyValue(name)]));
}

const END = 6; // letters at the end of a name, which tell it from others

/** Writes a name so that what has no room is left out before its end (style.css, .name). */
export function writeName(element, name) {
  element.title = name;
  const [begin, end] = [document.createElement("span"), document.createElement("span")];
  begin.textContent = name.slice(0, -END);
  end.textContent = name.slice(-END);
  element.replaceChildren(begin, end);
}

/** Makes an element, or a part of it, show the shape and the colour of a pod. */
export function paint(element, { colour, shape }) {
  element.style.setProperty("--pod", `var(--pod-${colour})`);
  element.querySelector("path").setAttribute("d", SHAPES[shape](8));
}

/** Fits a canvas to its box and to the pixels of the screen, and clears it. */
export function prepare(canvas) {
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
