// SPDX-License-Identifier: Apache-2.0
// What a pod looks like: a colour from its name, and a shape from its version. No server and no device keeps any state for
// this, so all pages agree, unless two pods that live at the same time want the same colour: then the later one takes the
// next colour that its name leads to.

const COLOURS = 10; // --pod-0 to --pod-9 of style.css
const STEPS = [1, 3, 7, 9]; // each leads through all ten colours

/** The shapes: circle, square, triangle, diamond. Each is a path around the origin, for a radius. */
export const SHAPES = [
  (r) => `M${-r} 0A${r} ${r} 0 1 1 ${r} 0A${r} ${r} 0 1 1 ${-r} 0Z`,
  (r) => `M${-r * 0.88} ${-r * 0.88}H${r * 0.88}V${r * 0.88}H${-r * 0.88}Z`,
  (r) => `M0 ${-r}L${r} ${r * 0.85}H${-r}Z`,
  (r) => `M0 ${-r * 1.15}L${r * 1.15} 0L0 ${r * 1.15}L${-r * 1.15} 0Z`,
];

/**
 * @param {string} name of the pod
 * @param {Set<number>} worn the colours of the other pods that are alive
 * @returns {number} N in --pod-N of style.css
 */
export function colourOf(name, worn = new Set()) {
  const hash = hashOf(name);
  const step = STEPS[(hash >>> 8) % STEPS.length];
  for (let i = 0; i < COLOURS; i++) {
    const colour = (hash + i * step) % COLOURS;
    if (!worn.has(colour)) return colour;
  }
  return hash % COLOURS;
}

/** @returns {number} the index of a version in SHAPES: releases in a row, such as v1 and v2, differ */
export function shapeOf(version) {
  const number = version.match(/\d+(?!.*\d)/)?.[0];
  return number ? (number - 1 + SHAPES.length) % SHAPES.length : hashOf(version) % SHAPES.length;
}

/** FNV-1a, with the last mixing step of MurmurHash3: names that differ in one letter get unrelated numbers. */
function hashOf(text) {
  let hash = 2166136261;
  for (const char of text) hash = Math.imul(hash ^ char.codePointAt(0), 16777619);
  hash = Math.imul(hash ^ (hash >>> 16), 2246822507);
  return (hash ^ (hash >>> 13)) >>> 0;
}
