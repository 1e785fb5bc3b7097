// SPDX-License-Identifier: Apache-2.0
// What a pod looks like: a colour from its name and those of the others that are alive, and a shape from its version. No
// server and no device keeps any state for this, so all devices that see the same pods agree.

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
 * Gives up to ten pods a colour each. The name of a pod leads through all colours: it gets its first one, unless another pod's
 * hash comes before; then its second, and so on. So a pod that comes or goes seldom changes the colour of another.
 *
 * @param {Iterable<string>} names of all pods that are alive, in any order
 * @returns {Map<string, number>} by name: N in --pod-N of style.css
 */
export function coloursOf(names) {
  const pods = [...new Set(names)].map((name) => ({ name, hash: hashOf(name) }));
  pods.sort((a, b) => a.hash - b.hash || (a.name < b.name ? -1 : 1));
  const colours = new Map();
  const worn = new Set();
  for (let choice = 0; choice < COLOURS; choice++) {
    for (const { name, hash } of pods) {
      const colour = (hash + choice * STEPS[(hash >>> 8) % STEPS.length]) % COLOURS;
      if (colours.has(name) || worn.has(colour)) continue;
      colours.set(name, colour);
      worn.add(colour);
    }
  }
  for (const { name, hash } of pods) if (!colours.has(name)) colours.set(name, hash % COLOURS); // more pods than colours
  return colours;
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
