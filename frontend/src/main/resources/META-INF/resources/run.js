// SPDX-License-Identifier: Apache-2.0
// A run: all that the page knows, made from nothing but what came in. It has no clock: advance() brings the time, so that the same
// can come in again later, and make the same run. All it keeps is bounded.
import { Cluster } from "./cluster.js";
import { shortName, typeOf } from "./format.js";

const STEP = 100; // milliseconds from one check to the next, at the same times in a replay
const MAX_SECONDS = 60; // for the timeline
const MAX_FAILURES = 200;
const MAX_EVENTS = 200;

/**
 * Dispatches "happened" when there is a new event, "answered" for each greeting (detail: {pod, retried}), and "failed" for each
 * failure (detail: {pod}, if it is known).
 */
export class Run extends EventTarget {
  /** In milliseconds: never goes back, and stands still while the page does not run. */
  time = 0;
  cluster = new Cluster((...event) => this.#tell(...event));
  /** One entry per second, oldest first: {second, pods: Map(name → {shape, colour, answers, retried}), failed, silent}. */
  seconds = [];
  /** The last failures, oldest first: {time, kind, text}. */
  failures = [];
  /** What happened, oldest first: {time, at, kind, text, label, what}: the time of day, the run's own, a sentence, a few
   *  words for the timeline, and "joined" or "silent" for pods. */
  events = [];
  waiting = 0; // requests that are on their way
  answered = 0;
  failed = 0;
  retried = 0; // answers that needed another attempt
  running = false;
  slowed = false; // by itself
  lastRefusal = -Infinity;

  #recording;
  #began = 0; // the time of day at the time 0
  #pause = STEP; // milliseconds between two requests
  #gap = 0;
  #started;
  #lastAnswer;
  #faults = new Map(); // by the pod's name: Map(fault → when it ends)

  /** @param recording keeps what comes in */
  constructor(recording) {
    super();
    this.#recording = recording;
  }

  get sent() {
    return this.answered + this.failed + this.waiting;
  }

  /** The longest time without any answer, in milliseconds; grows while there is none. */
  get longestGap() {
    return Math.max(this.#gap, this.silence ?? 0);
  }

  /** How long the last answer, or else the start, is ago, in milliseconds; undefined while nothing is sent. */
  get silence() {
    return this.running ? this.time - (this.#lastAnswer ?? this.#started) : undefined;
  }

  get timeOfDay() {
    return new Date(this.#began + this.time);
  }

  /** @returns {string} the active faults of a pod, and for how long, in a few words; empty without any */
  faultsOf(pod) {
    const faults = [...(this.#faults.get(pod) ?? [])];
    return faults.map(([fault, end]) => `${fault} ${Math.ceil((end - this.time) / 1000)} s`).join(", ");
  }

  advance(time) {
    while (this.time < time) {
      this.time = Math.min(time, (Math.floor(this.time / STEP) + 1) * STEP);
      if (this.time % STEP === 0) this.#check();
    }
  }

  // What comes in: recordings have these names.

  start() {
    this.#record("start");
    this.running = true;
    this.#started = this.time;
    this.#lastAnswer = undefined; // our own pause is not a gap in the answers
    this.cluster.start(this.time);
  }

  stop() {
    this.#record("stop");
    this.#gap = this.longestGap;
    this.running = this.slowed = this.cluster.silent = false;
  }

  /** @param {number} now the time of day, in milliseconds since 1970 */
  clock(now) {
    this.#record("clock", now);
    this.#began = now - this.time;
  }

  /** @param {number} pause milliseconds between two requests */
  pace(pause) {
    this.#record("pace", pause);
    this.#pause = pause;
  }

  /** A pod has answered: took is the milliseconds of the last attempt, and retried, whether it was not the first. */
  answer(greeting, took, retried) {
    this.#record("answer", greeting, took, retried);
    const { time } = this;
    this.answered++;
    this.#gap = this.longestGap;
    this.#lastAnswer = time;
    this.retried += retried;
    const pod = this.#see(greeting);
    this.cluster.count(pod, { took, retried }, time);
    this.dispatchEvent(new CustomEvent("answered", { detail: { pod, retried } }));
    const { pods } = this.#second();
    const { name, shape, colour } = pod;
    if (!pods.has(name)) pods.set(name, { shape, colour, answers: 0, retried: 0 });
    const entry = pods.get(name);
    entry.answers++;
    entry.retried += retried;
  }

  /** A pod has answered somebody else: the form. */
  see({ pod: name, version, node, started, colour }) {
    const greeting = { pod: name, version, node, started, colour };
    this.#record("see", greeting);
    const pod = this.#see(greeting);
    this.dispatchEvent(new CustomEvent("answered", { detail: { pod } }));
  }

  #see(greeting) {
    const { started } = this.cluster.pods.get(greeting.pod) ?? {};
    const pod = this.cluster.see(greeting, this.time);
    if (pod.started > started) this.#faults.delete(pod.name); // they have ended with the process
    return pod;
  }

  /** @param {string[]} [names] of the pods that the frontend of a room takes for silent; undefined if none says so */
  miss(names) {
    const { missing } = this.cluster;
    if (String(names) === String(missing && [...missing])) return;
    this.#record("miss", names);
    this.cluster.missing = names && new Set(names);
  }

  /** @param {string} [name] of the pod that failed the request */
  fail(text, name) {
    this.#record("fail", text, name);
    this.failed++;
    const pod = this.cluster.pods.get(name);
    if (pod) this.cluster.see({ pod: name, version: pod.version, node: pod.node }, this.time); // it is alive
    if (pod) this.cluster.countFailure(pod, this.time);
    this.failures.push({
      time: this.timeOfDay,
      kind: "failed",
      text: pod ? `${text} (${typeOf(pod)} ${pod.name})` : text,
    });
    if (this.failures.length > MAX_FAILURES) this.failures.shift();
    this.dispatchEvent(new CustomEvent("failed", { detail: { pod } }));
    this.#second().failed++;
    if (this.failed === 1 || this.events.at(-1)?.kind !== "failed")
      this.#tell("failed", `A request failed: ${firstSentence(text)}`, "failed");
  }

  /** The cluster has refused a request: a sign of life. */
  refuse() {
    this.#record("refuse");
    this.lastRefusal = this.time;
  }

  slow(slowed, text, label) {
    this.#record("slow", slowed, text, label);
    this.slowed = slowed;
    this.#tell(slowed ? "slow" : "new", text, label);
  }

  /** Something else happened: its kind is new, gone, failed, slow, fault, pause, or step. */
  note(kind, text, label) {
    this.#record("note", kind, text, label);
    this.#tell(kind, text, label);
  }

  /** The page has started a fault in a pod: lasts is in milliseconds, if known. */
  fault(name, fault, text, label, lasts) {
    this.#record("fault", name, fault, text, label, lasts);
    if (fault === "panic") this.#faults.delete(name); // and all other faults with the process
    if (fault === "ready") this.#faults.get(name)?.delete("unready");
    if (lasts) this.#faults.set(name, (this.#faults.get(name) ?? new Map()).set(fault, this.time + lasts));
    this.#tell("fault", text, label);
  }

  #record(...input) {
    this.#recording?.add(this.time, ...input);
  }

  #check() {
    for (const [name, faults] of this.#faults) {
      this.#endFaults(shortName(name), faults);
      if (!faults.size) this.#faults.delete(name);
    }
    if (!this.running) return;
    const { cluster } = this;
    cluster.check(this.time, { pause: this.#pause, lastSign: this.lastRefusal });
    this.#second(); // there is one, whether or not anybody answers
    if (!cluster.silent) return;
    const last = Math.floor((this.#lastAnswer ?? this.#started) / 1000);
    for (const entry of this.seconds) if (entry.second > last) entry.silent = true;
  }

  #endFaults(pod, faults) {
    for (const [fault, end] of faults) {
      if (end > this.time) continue;
      faults.delete(fault);
      this.#tell("fault", `The fault ${fault} in ${pod} has ended`, `${pod}: ${fault} ended`);
    }
  }

  #tell(kind, text, label, what) {
    this.events.push({ time: this.timeOfDay, at: this.time, kind, text, label, what });
    if (this.events.length > MAX_EVENTS) this.events.shift();
    this.dispatchEvent(new Event("happened"));
  }

  #second() {
    const second = Math.floor(this.time / 1000);
    if (this.seconds.at(-1)?.second !== second) {
      this.seconds.push({ second, pods: new Map(), failed: 0, silent: false });
      if (this.seconds.length > MAX_SECONDS) this.seconds.shift();
    }
    return this.seconds.at(-1);
  }
}

/** What to do about it is not for the room. */
const firstSentence = (text) => text.split(/(?<=\.)\s/)[0].replace(/\.$/, "");
