// SPDX-License-Identifier: Apache-2.0
// What a pod looks like: a colour that it keeps, and a shape from its version.

export const COLOURS = 10; // --pod-0 to --pod-9 of style.css
const STEPS = [1, 3, 7, 9]; // each leads through all ten colours

/** The shapes: circle, square, triangle, diamond. Each is a path around the origin, for a radius. */
export const SHAPES = [
  (r) => `M${-r} 0A${r} ${r} 0 1 1 ${r} 0A${r} ${r} 0 1 1 ${-r} 0Z`,
  (r) => `M${-r * 0.88} ${-r * 0.88}H${r * 0.88}V${r * 0.88}H${-r * 0.88}Z`,
  (r) => `M0 ${-r}L${r} ${r * 0.85}H${-r}Z`,
  (r) => `M0 ${-r * 1.15}L${r * 1.15} 0L0 ${r * 1.15}L${-r * 1.15} 0Z`,
];

/**
 * Chooses a colour for a pod that has just come. Its name leads through all colours, and it gets the first one that no other
 * pod has; if there is none, the first that no living pod has. So devices agree most of the time, without any shared state.
 *
 * @param {Iterable<{colour: number, gone: boolean}>} others the pods that are known
 * @returns {number} N in --pod-N of style.css
 */
export function colourFor(name, others) {
  const hash = hashOf(name);
  const choices = Array.from({ length: COLOURS }, (_, i) => (hash + i * STEPS[(hash >>> 8) % STEPS.length]) % COLOURS);
  const all = [...others];
  const isFree = (pods) => (colour) => pods.every((pod) => pod.colour !== colour);
  return choices.find(isFree(all)) ?? choices.find(isFree(all.filter(({ gone }) => !gone))) ?? choices[0];
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
