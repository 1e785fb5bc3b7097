// SPDX-License-Identifier: Apache-2.0
// What happened and what is, as sentences for a room.
import { count, duration, percentile, typeOf } from "./format.js";

const TOGETHER = 1_500; // milliseconds: events of one kind within this time are one

/**
 * @param {{at: number, kind: string, label: string, what?: string}[]} events oldest first
 * @returns those that happened together as one, newest first: {at: of the first, kind, what, label, number}
 */
export function together(events) {
  const merged = [];
  for (const { at, kind, what, label } of events.toReversed()) {
    const newest = merged.at(-1);
    if (newest?.kind === kind && newest.what === what && newest.at - at < TOGETHER) {
      Object.assign(newest, { at, label, number: newest.number + 1 });
    } else {
      merged.push({ at, kind, what, label, number: 1 });
    }
  }
  for (const event of merged) {
    const others = { joined: `${event.number} join`, silent: `${event.number} silent` }[event.what];
    if (event.number > 1) event.label = others ?? `${event.label} +${event.number - 1}`;
  }
  return merged;
}

/** @returns {string} what has just happened, as one sentence */
export function headline(events, cluster) {
  const [{ number, what }] = together(events.slice(-20));
  const { length } = cluster.living;
  const type = typeOf(cluster.living[0] ?? {});
  if (number > 1 && what === "joined")
    return `${count(number, `new ${type}`)}: ${length}${nodesOf(cluster) || " in all"}`;
  if (number > 1 && what === "silent")
    return `${count(number, type)} no longer answer: ${length} still ${length === 1 ? "does" : "do"}`;
  return events.at(-1).text;
}

/** @returns {string} what is, as one sentence; time is the page's own */
export function situation(cluster, time) {
  const versions = comparison(cluster);
  if (versions) return versions;
  const { length } = cluster.living;
  const dark = [...cluster.nodes.values()].filter((node) => node.dark);
  const silent = dark.map(({ name, last }) => `. ${name} has been silent for ${duration(time - last, 0)}`);
  return `${count(length, typeOf(cluster.living[0] ?? {}))}${nodesOf(cluster)} answer${length === 1 ? "s" : ""}${silent.join("")}`;
}

/**
 * @returns {string} the versions that got requests in the last ten seconds, side by side: the share of each, how many of its requests
 *   failed, and within what time half of the others were answered; empty if there is only one
 */
function comparison({ living }) {
  const requestsOf = ({ recent, failures }) => recent.length + failures.length;
  const sum = (pods, numberOf) => pods.reduce((total, pod) => total + numberOf(pod), 0);
  const all = sum(living, requestsOf);
  const versions = [...new Set(living.filter(requestsOf).map(({ version }) => version))].sort();
  if (versions.length < 2) return "";
  const sentences = versions.map((version) => {
    const pods = living.filter((pod) => pod.version === version);
    const requests = sum(pods, requestsOf);
    const failed = sum(pods, ({ failures }) => failures.length);
    const took = pods.flatMap(({ recent }) => recent.map((response) => response.took));
    const median = took.length ? `, median ${duration(percentile(took, 0.5))}` : "";
    return `${version}: ${Math.round((100 * requests) / all)} % of the requests, ${Math.ceil((100 * failed) / requests)} % failed${median}`;
  });
  return sentences.join(". ");
}

/** @returns {string} such as on 2 nodes, with a space in front; nothing outside a cluster */
function nodesOf({ living }) {
  const nodes = new Set(living.map(({ node }) => node).filter(Boolean)).size;
  return nodes ? ` on ${count(nodes, "node")}` : "";
}
