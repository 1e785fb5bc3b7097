// SPDX-License-Identifier: Apache-2.0
// The model of the live traffic: sends greetings at a steady rate, and remembers what came back. All it knows about the
// cluster comes from the answers: which pods and nodes there are, and that one of them is silent. Everything it keeps is
// bounded, so it can run for hours.
import { greet, hasProvenConnection } from "./backend.js";

const WINDOW = 10_000; // milliseconds: shares and latencies cover the last ten seconds
const GONE_AFTER = 1_500; // milliseconds in which nobody answers, or others do but not this pod …
const CHANCES = 8; // … while each of the others gave this many, on average
const FORGOTTEN_AFTER = 120_000; // milliseconds
const NODE_GONE_AFTER = 3_000; // milliseconds without an answer from any pod of a node; one that is drained is empty by then …
const ORDERLY = 5_000; // … because each of its pods was replaced within this time of its last answer
const SPARE_FOR = 30_000; // milliseconds: a pod that came before it was needed replaces one that falls silent in this time
const RELAY = 10_000; // milliseconds between the first answer of a pod and the last of the one that it replaces
const MAX_SECONDS = 60; // for the timeline
const MAX_FAILURES = 200;
const MAX_EVENTS = 200;
// A browser has six connections (HTTP/1.1). One stays free for the form and one for probes, so no request waits for one. The
// last of these is for a connection known to work: while the others hang or are slow, it alone goes on.
const MAX_IN_FLIGHT = 5;
const PACE_TIME = 2_000; // milliseconds: how long the rate is measured, and after a refusal kept
const MAX_NODES = 20;

/**
 * Dispatches "happened" when there is a new event, "answered" for each answer (detail: {pod, retried}), and "failed" for each
 * failure.
 */
export class Traffic extends EventTarget {
  /** Pods by name: {name, version, node, answers, retried, first, last, lastId, recent: [{at, took}], gone, replaced, left,
   *  isSpare}; first, last and at are times, lastId is the number of answers from all pods by then; left: without a gap. */
  pods = new Map();
  /** Nodes by name, which is undefined outside a cluster: {name, last, dark}; last is a time, dark: silent without a reason. */
  nodes = new Map();
  /** One entry per second, oldest first: {second, pods: Map(name → {version, answers, retried}), failed}. */
  seconds = [];
  /** The last failures, oldest first: {time, kind, text}. */
  failures = [];
  /** What happened, oldest first: {time, at, kind, text, label}: a sentence, and a few words for the timeline. */
  events = [];
  sent = 0;
  answered = 0;
  failed = 0;
  /** How many of the answers needed another attempt. */
  retried = 0;
  rate = 20;
  running = false;
  /** Why and to what rate it has slowed down by itself, as a sentence; or undefined. */
  slowed;

  #timer;
  #gap = 0;
  #silent = false;
  #resumed = -Infinity; // when answers last came again
  #pace = Infinity; // requests per second that the cluster takes, as far as its refusals tell
  #lastRefusal = -Infinity;
  #measured; // {at, sent, slow}: when the rate was last measured, and how many times in a row it was low
  #started;
  #due = 0;
  #tick = 0;
  #lastAnswer;
  #inFlight = 0;

  start() {
    if (this.running) return;
    this.running = true;
    this.#due = 0;
    this.#tick = this.#started = now();
    this.#lastAnswer = undefined; // our own pause is not a gap in the answers
    this.#measured = { at: this.#tick, sent: this.sent, slow: 0 };
    for (const known of [...this.pods.values(), ...this.nodes.values()]) if (!known.gone) known.last = this.#tick;
    this.#timer = setInterval(() => this.#send(), 20);
  }

  stop() {
    this.#gap = this.longestGap;
    this.running = this.#silent = false;
    this.slowed = undefined;
    clearInterval(this.#timer);
  }

  /** The longest time without any answer, in milliseconds; grows while there is none. */
  get longestGap() {
    return this.running && this.#lastAnswer ? Math.max(this.#gap, now() - this.#lastAnswer) : this.#gap;
  }

  /** Takes note of the pod that answered somebody else: the form. */
  meet({ pod: name, version, node }) {
    const pod = this.#pod(name, version, node, now());
    this.dispatchEvent(new CustomEvent("answered", { detail: { pod } }));
  }

  /** Takes note of something that the page did. */
  note(text, label) {
    this.#event("fault", text, label);
  }

  #send() {
    const time = now();
    const elapsed = (time - this.#tick) / 1000;
    if (time - this.#lastRefusal > PACE_TIME) this.#pace += (elapsed * this.rate) / 10; // from none to all in ten seconds
    const pace = Math.min(this.rate, this.#pace);
    this.#due = Math.min(this.#due + elapsed * pace, Math.max(1, pace / 4)); // what it misses for longer is not made up for
    this.#tick = time;
    while (this.#due >= 1 && this.#inFlight < MAX_IN_FLIGHT - (hasProvenConnection ? 0 : 1)) {
      this.#due--;
      this.#sendOne();
    }
    this.#findGone(time);
    if (time - this.#measured.at > PACE_TIME) this.#measure(time);
  }

  async #sendOne() {
    this.sent++;
    this.#inFlight++;
    const result = await greet("live traffic", { onRetry: ({ busy }) => busy && this.#slowDown() });
    this.#inFlight--;
    if (result.busy) this.#slowDown();
    if (result.ok) this.#answer(result, now());
    else this.#failure(result);
  }

  /** The cluster refused a request: sends half as many. Those that it refuses within a second are one reason, not many. */
  #slowDown() {
    const time = now();
    if (time - this.#lastRefusal < 1_000) return;
    this.#lastRefusal = time;
    this.#pace = Math.max(1, Math.min(this.rate, this.#pace) / 2);
  }

  #measure(time) {
    const actual = ((this.sent - this.#measured.sent) * 1000) / (time - this.#measured.at);
    const slow = actual < (this.slowed ? 0.9 : 0.8) * this.rate ? this.#measured.slow + 1 : 0;
    this.#measured = { at: time, sent: this.sent, slow };
    const wasSlowed = this.slowed;
    const busy = time - this.#lastRefusal < 2 * PACE_TIME;
    const count = Math.round(actual);
    const pace = `Slowed to ${count} request${count === 1 ? "" : "s"} a second: ${busy ? "the cluster is busy" : "answers take long"}`;
    this.slowed = slow < 2 ? undefined : this.#silent ? "Nothing answers" : pace;
    if (this.slowed && !wasSlowed) this.#event("slow", this.slowed, "slowed down");
    else if (wasSlowed && !this.slowed) this.#event("new", `Back to ${this.rate} requests a second`, `${this.rate} a second`);
  }

  #answer({ answer: { pod: name, version, node }, attempts, took }, time) {
    this.answered++;
    this.#gap = this.longestGap;
    if (this.#silent) {
      const gap = duration(time - (this.#lastAnswer ?? this.#started));
      this.#event("new", `Answers come again, after ${gap} without any`, `answers after ${gap}`);
      this.#resumed = time;
    }
    this.#lastAnswer = time;
    const retried = attempts > 1;
    const pod = this.#pod(name, version, node, time);
    this.#silent = false;
    pod.answers++;
    if (retried) {
      pod.retried++;
      this.retried++;
    }
    pod.lastId = this.answered;
    pod.recent.push({ at: time, took });
    this.dispatchEvent(new CustomEvent("answered", { detail: { pod, retried } }));
    const second = this.#second();
    let cell = second.pods.get(name);
    if (!cell) second.pods.set(name, (cell = { version, answers: 0, retried: 0 }));
    cell.answers++;
    cell.retried += retried;
  }

  #failure({ sentence: text }) {
    this.failed++;
    this.failures.push({ time: new Date(now()), kind: "failed", text });
    if (this.failures.length > MAX_FAILURES) this.failures.shift();
    this.dispatchEvent(new Event("failed"));
    this.#second().failed++;
    if (this.failed === 1 || this.events.at(-1)?.kind !== "failed") this.#event("failed", `A request failed: ${text}`, "failed");
  }

  #pod(name, version, nodeName, time) {
    let pod = this.pods.get(name);
    if (!pod || pod.version !== version) {
      const silent = [...this.pods.values()].find(({ replaced, gone }) => !replaced && (gone || this.#silent));
      const isSpare = !silent && time - this.#started > 2 * GONE_AFTER; // those that answer from the start replace none
      pod = { name, version, node: nodeName, answers: 0, retried: 0, recent: [], gone: false };
      Object.assign(pod, { first: time, lastId: this.answered, replaced: false, left: false, isSpare });
      this.pods.set(name, pod);
      if (silent) this.#replace(silent, time);
      const isFirst = [...this.pods.values()].every((other) => other === pod || other.version !== version);
      const instead = silent ? `, in place of ${where(silent)}, which fell silent ${duration(time - silent.last)} ago` : "";
      this.#event("new", `Pod ${where(pod)} answers: version ${version}${instead}`, `${isFirst ? version : short(name)} joins`);
    } else if (pod.gone) {
      pod.gone = pod.replaced = pod.left = false;
      const gap = duration(time - pod.last);
      this.#event("new", `Pod ${where(pod)} answers again, after ${gap}`, `${short(name)} is back`);
    }
    pod.last = time;
    const node = this.nodes.get(nodeName) ?? { name: nodeName };
    this.nodes.set(nodeName, Object.assign(node, { last: time, dark: false }));
    if (this.nodes.size > MAX_NODES) this.nodes.delete([...this.nodes.values()].sort((a, b) => a.last - b.last)[0].name);
    return pod;
  }

  #replace(pod, time) {
    pod.replaced = true;
    pod.left = time - pod.last < ORDERLY;
  }

  #second() {
    const second = Math.floor(now() / 1000);
    let last = this.seconds.at(-1);
    if (last?.second !== second) {
      this.seconds.push((last = { second, pods: new Map(), failed: 0 }));
      if (this.seconds.length > MAX_SECONDS) this.seconds.shift();
    }
    return last;
  }

  #event(kind, text, label) {
    const at = now();
    this.events.push({ time: new Date(at), at, kind, text, label });
    if (this.events.length > MAX_EVENTS) this.events.shift();
    this.dispatchEvent(new Event("happened"));
  }

  /** A pod that gave none of many answers is gone, as far as the page can tell: it died, was cut off, or left as planned. */
  #findGone(time) {
    const present = [...this.pods.values()].filter((pod) => !pod.gone);
    for (const pod of this.pods.values()) {
      while (pod.recent.length && pod.recent[0].at < time - WINDOW) pod.recent.shift();
      const passedOver = this.answered - pod.lastId >= present.length * CHANCES;
      const since = Math.max(pod.last, this.#resumed); // nobody could answer before
      if (!pod.gone && this.#lastAnswer - since > GONE_AFTER && passedOver) {
        pod.gone = true;
        const spare = present.find(({ isSpare, first, last }) => isSpare && time - first < SPARE_FOR && time - last < GONE_AFTER);
        if (spare) {
          spare.isSpare = false;
          this.#replace(pod, time);
        }
        const isRelay = spare && time - spare.first < RELAY; // later, it may as well be one of several pods that were too many
        const instead = isRelay ? `: ${where(spare)} has taken its place` : "";
        this.#event("gone", `Pod ${where(pod)} no longer answers${instead}`, `${short(pod.name)} ${spare ? "left" : "silent"}`);
      } else if (pod.gone && time - pod.last > FORGOTTEN_AFTER) {
        this.pods.delete(pod.name);
      }
    }
    for (const node of this.nodes.values()) {
      const pods = [...this.pods.values()].filter((pod) => pod.node === node.name);
      if (!node.name || node.dark || time - node.last < NODE_GONE_AFTER || pods.every(({ left }) => left)) continue;
      if (pods.some(({ gone }) => !gone)) continue;
      node.dark = true;
      this.#event("gone", `Nothing on ${node.name} answers any more. Longest gap in all answers: ${duration(this.longestGap)}`, `${node.name} silent`);
    }
    const slowest = Math.max(0, ...present.flatMap(({ recent }) => recent.map(({ took }) => took)));
    const patience = Math.max(GONE_AFTER, 1.5 * slowest, 2_500 / Math.min(this.rate, this.#pace));
    const lastSign = Math.max(this.#lastAnswer ?? this.#started, this.#lastRefusal);
    if (!this.#silent && time - lastSign > patience) {
      this.#silent = true;
      const names = new Intl.ListFormat("en").format(present.map(({ name }) => short(name)));
      this.#event("gone", `Nothing answers${names && `: ${names} ${present.length > 1 ? "are" : "is"} silent`}`, "nothing answers");
    }
  }
}

/** Milliseconds since 1970, for durations, order and display: never goes back, whatever happens to the computer's clock. */
export const now = () => performance.timeOrigin + performance.now();

/** @returns {string} the end of a pod's name, which tells it from the other pods of its Deployment */
export function short(name) {
  return name.match(/^k8s-demo-backend-(?:[^-]+-)?(.+)$/)?.[1] ?? name;
}

const where = ({ name, node }) => short(name) + (node ? ` on ${node}` : "");

/** @returns {number} the value that this share of the values does not exceed */
export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

/** @returns {string} such as 30 ms or 1.5 s; with no digits, 0 s or 2 s */
export function duration(milliseconds, digits = 1) {
  return digits && milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(digits)} s`;
}
