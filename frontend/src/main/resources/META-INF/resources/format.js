// SPDX-License-Identifier: Apache-2.0
// Numbers and names as the page writes them.

/** @returns {string} such as 30 ms or 1.5 s; with no digits, 0 s or 2 s; from two minutes on, 3 min */
export function duration(milliseconds, digits = 1) {
  if (milliseconds >= 120_000) return `${Math.round(milliseconds / 60_000)} min`;
  return digits && milliseconds < 1000
    ? `${Math.round(milliseconds)} ms`
    : `${(milliseconds / 1000).toFixed(digits)} s`;
}

/** @returns {string} such as 1 pod or 2 pods */
export const count = (number, what) => `${number} ${what}${number === 1 ? "" : "s"}`;

/** @returns {string} what to call something that answers: outside a cluster, it has no node */
export const typeOf = ({ node }) => (node ? "pod" : "server");

// What Kubernetes makes the ends of names from: no vowels, so that there are no words.
const DEPLOYMENTS_POD = /-[bcdfghjklmnpqrstvwxz2456789]{6,10}-([bcdfghjklmnpqrstvwxz2456789]{5})$/;

/** @returns {string} what tells a pod from the others of its Deployment: the last five letters; of other names, all */
export const shortName = (pod) => pod.match(DEPLOYMENTS_POD)?.[1] ?? pod;

/**
 * @param {number[]} values in any order
 * @param {number} share from 0 to 1
 * @returns {number} the value that this share of the values does not exceed; NaN without any
 */
export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
