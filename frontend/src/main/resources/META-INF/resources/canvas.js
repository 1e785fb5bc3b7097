// SPDX-License-Identifier: Apache-2.0
// What the map and the timeline share: canvases, and the look of the pods as style.css has it.
import { SHAPES, coloursOf, shapeOf } from "./colours.js";

const COLOURS = ["--paper", "--ink", "--quiet", "--line", "--alarm", "--accent", ...Array.from({ length: 10 }, (_, i) => `--pod-${i}`)];

/** @returns {object} the colours of style.css as they are written there, such as #be7f7a, by name */
export function colours() {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(COLOURS.map((name) => [name, style.getPropertyValue(name)]));
}

/** Fits a canvas to its box and to the pixels of the screen. */
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

/** Gives each pod its shape, and each that is alive its colour; the others keep theirs. */
export function dress(pods) {
  const worn = coloursOf([...pods.values()].filter(({ gone }) => !gone).map(({ name }) => name));
  for (const pod of pods.values()) {
    pod.colour = worn.get(pod.name) ?? pod.colour;
    pod.shape ??= shapeOf(pod.version);
  }
}

/** Makes an element, or a part of it, show the shape and the colour of a pod. */
export function mark(element, { colour, shape }) {
  element.style.setProperty("--pod", `var(--pod-${colour})`);
  element.querySelector("path").setAttribute("d", SHAPES[shape](8));
}
