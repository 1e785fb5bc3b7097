// SPDX-License-Identifier: Apache-2.0
// What projector and phones share where phones join: the state of the room, and the question how many requests will fail.
import { roomState, send } from "./backend.js";

const PAUSE = 1_000; // milliseconds between two looks at the room

/** The predictions, as people read them. */
export const PREDICTIONS = { none: "none", few: "a few", all: "all" };

const FACTS = {
  none: "No request failed.",
  few: "Some requests failed, but not all.",
  all: "All requests failed.",
};

/** Predicts how many requests will fail: none, few, or all. Like ask, responds with the state of the room. */
export const predict = (prediction) => send(`/room/prediction/${prediction}`, { method: "POST" });

/** Sets the question of the room: open, closed, over, or what came true. */
export const ask = (question) => send(`/room/question/${question}`, { method: "POST" });

/** @returns {string} which prediction came true; undefined as long as nobody can know */
export function outcomeOf({ answered, failed }, isSilent) {
  if (failed) return answered ? "few" : "all";
  return answered && !isSilent ? "none" : undefined;
}

/** @returns {string} what a phone shows of the question; empty if nobody asks */
export function sentenceFor({ question, yours }) {
  if (question === "over") return "";
  if (question === "open") return yours ? `You say: ${PREDICTIONS[yours]}.` : "How many requests will fail?";
  if (yours === question) return `You were right! ${FACTS[question]}`;
  const said = yours ? `You said: ${PREDICTIONS[yours]}.` : "The vote is closed.";
  return `${said} ${FACTS[question] ?? "Now watch."}`;
}

/**
 * Shows the state of the room again and again, and tells the run which pods are silent. Ends if there is no room.
 *
 * @param show is called with the state, or undefined if it is not known
 */
export async function followRoom(traffic, show) {
  for (let status; status !== 204; await new Promise((resolve) => setTimeout(resolve, PAUSE))) {
    if (document.hidden && !traffic.running) continue;
    const { time } = traffic;
    const { body: state, ...result } = await roomState();
    ({ status } = result);
    // what has responded since then, the state may not know yet; and it may know none, as with older backends
    const missing = traffic.cluster.living.filter(({ name, last }) => last < time && !state?.pods.includes(name));
    traffic.miss(state?.pods.length ? missing.map(({ name }) => name) : undefined);
    show(state);
  }
}

/** @returns whether black has more contrast than white on a colour such as #a18274 (WCAG 2.2, relative luminance) */
export function isBright(colour) {
  const shares = colour.match(/\w\w/g).map((part) => parseInt(part, 16) / 255);
  const [r, g, b] = shares.map((share) => (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179;
}
