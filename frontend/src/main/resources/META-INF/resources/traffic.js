// SPDX-License-Identifier: Apache-2.0
// The live traffic: sends greetings at a steady rate, and remembers what came back. Everything it keeps is bounded, so it can
// run for hours.
import { greet } from "./backend.js";
import { Cluster } from "./cluster.js";
import { count, duration } from "./format.js";

const MAX_SECONDS = 60; // for the timeline
const MAX_FAILURES = 200;
const MAX_EVENTS = 200;
const MAX_IN_FLIGHT = 5; // a browser has six connections (HTTP/1.1): one stays free for the form
const MEASURED_OVER = 2_000; // milliseconds: how long the rate is measured, and after a refusal kept
const MAX_TICK = 250; // milliseconds: what the page is busy for longer does not count, for it cannot read an answer then
const ASLEEP_AFTER = 5_000; // milliseconds without a tick: the computer slept, or the browser froze the page

/**
 * Dispatches "happened" when there is a new event, "answered" for each greeting (detail: {pod, retried}), and "failed" for each
 * failure (detail: {pod}, if it is known).
 */
export class Traffic extends EventTarget {
  /** The page's own time, in milliseconds: never goes back, and stands still while the page does not run. */
  time = 0;
  cluster = new Cluster((...event) => this.note(...event));
  /** One entry per second, oldest first: {second, pods: Map(name → {shape, colour, answers, retried}), failed, silent}. */
  seconds = [];
  /** The last failures, oldest first: {time, kind, text}. */
  failures = [];
  /** What happened, oldest first: {time, at, kind, text, label, what}: the time of day, the page's own, a sentence, a few
   *  words for the timeline, and "joined" or "silent" for pods. */
  events = [];
  sent = 0;
  answered = 0;
  failed = 0;
  /** How many of the greetings needed another attempt. */
  retried = 0;
  rate = 20;
  running = false;
  /** Whether it has slowed down by itself. */
  slowed = false;

  #greet;
  #now;
  #clock;
  #ticked; // {at, clock}: when tick was called last
  #gap = 0;
  #pace = Infinity; // requests per second that the cluster accepts, as far as its refusals tell
  #lastRefusal = -Infinity;
  #measured; // {at, sent, slow}: when the rate was last measured, and how many times in a row it was low
  #started;
  #due = 0;
  #lastAnswer;
  #inFlight = new Set(); // controllers

  /** The parameters are for tests: what sends a greeting, a clock that never goes back, and the time of day. */
  constructor({ send = greet, now = () => performance.now(), clock = Date.now } = {}) {
    super();
    this.#greet = send;
    this.#now = now;
    this.#clock = clock;
    this.#ticked = { at: now(), clock: clock() };
  }

  start() {
    if (this.running) return;
    this.running = true;
    this.#due = 0;
    this.#started = this.time;
    this.#lastAnswer = undefined; // our own pause is not a gap in the answers
    this.#measured = { at: this.time, sent: this.sent, slow: 0 };
    this.cluster.start(this.time);
  }

  stop() {
    this.#gap = this.longestGap;
    this.running = this.slowed = this.cluster.silent = false;
  }

  /** The longest time without any answer, in milliseconds; grows while there is none. */
  get longestGap() {
    return Math.max(this.#gap, this.silence ?? 0);
  }

  /** How long the last answer, or else the start, is ago, in milliseconds; undefined while nothing is sent. */
  get silence() {
    return this.running ? this.time - (this.#lastAnswer ?? this.#started) : undefined;
  }

  /** Takes note of the pod that answered somebody else: the form. */
  see(greeting) {
    const pod = this.cluster.see(greeting, this.time);
    this.dispatchEvent(new CustomEvent("answered", { detail: { pod } }));
  }

  /** Takes note of something that happened: its kind is new, gone, failed, slow, fault, or pause. */
  note(kind, text, label, what) {
    this.events.push({ time: new Date(this.#clock()), at: this.time, kind, text, label, what });
    if (this.events.length > MAX_EVENTS) this.events.shift();
    this.dispatchEvent(new Event("happened"));
  }

  /** Sends what is due, and finds who is silent. To be called often, by a timer that runs in hidden pages, too. */
  tick() {
    const asleep = this.#asleep;
    const elapsed = Math.min(this.#now() - this.#ticked.at, MAX_TICK) / 1000;
    this.#ticked = { at: this.#now(), clock: this.#clock() };
    this.time += elapsed * 1000;
    if (!this.running) return;
    if (asleep > ASLEEP_AFTER) this.#wakeUpAfter(asleep);
    const { time } = this;
    if (time - this.#lastRefusal > MEASURED_OVER) this.#pace += (elapsed * this.rate) / 10; // from none to all in ten seconds
    const pace = Math.min(this.rate, this.#pace);
    this.#due = Math.min(this.#due + elapsed * pace, Math.max(1, pace / 4)); // what it misses for longer is not made up for
    while (this.#due >= 1 && this.#inFlight.size < MAX_IN_FLIGHT) {
      this.#due--;
      this.#send();
    }
    this.cluster.check(time, { pause: 1_000 / pace, lastSign: this.#lastRefusal });
    this.#second(); // there is one, whether or not anybody answers
    if (this.cluster.silent) {
      const last = Math.floor((this.#lastAnswer ?? this.#started) / 1000);
      for (const entry of this.seconds) if (entry.second > last) entry.silent = true;
      Object.assign(this.#measured, { at: time, sent: this.sent }); // that is not called slow
    }
    if (time - this.#measured.at > MEASURED_OVER) this.#measure(time);
  }

  /** For how long there was no tick. In sleep, the page's clock goes on in Windows, and the other one everywhere. */
  get #asleep() {
    return Math.max(this.#now() - this.#ticked.at, this.#clock() - this.#ticked.clock);
  }

  /** What was on its way when the page fell asleep says nothing. */
  #wakeUpAfter(milliseconds) {
    for (const request of this.#inFlight) request.abort();
    this.sent -= this.#inFlight.size;
    this.#inFlight.clear();
    const text = `The clock went on by ${duration(milliseconds, 0)} while this page stood still: it sent nothing meanwhile`;
    this.note("pause", text, "the page stood still");
  }

  async #send() {
    const request = new AbortController();
    this.sent++;
    this.#inFlight.add(request);
    const onRetry = ({ busy }) => busy && this.#slowDown();
    const result = await this.#greet("live traffic", { signal: request.signal, onRetry });
    const isOfSleep = this.running && this.#asleep > ASLEEP_AFTER; // the next tick takes note of it
    if (!this.#inFlight.has(request) || (isOfSleep && !result.ok)) return;
    this.#inFlight.delete(request);
    if (result.busy) this.#slowDown();
    if (result.ok) this.#answer(result);
    else this.#failure(result);
  }

  /** The cluster refused a request: sends half as many. Those that it refuses within a second are one reason, not many. */
  #slowDown() {
    const { time } = this;
    if (time - this.#lastRefusal < 1_000) return;
    this.#lastRefusal = time;
    this.#pace = Math.max(1, Math.min(this.rate, this.#pace) / 2);
  }

  #measure(time) {
    const actual = ((this.sent - this.#measured.sent) * 1000) / (time - this.#measured.at);
    const isLow = actual < (this.slowed ? 0.9 : 0.8) * this.rate;
    const slow = isLow ? this.#measured.slow + 1 : 0;
    this.#measured = { at: time, sent: this.sent, slow };
    const wasSlowed = this.slowed;
    this.slowed = slow > 1;
    if (this.slowed && !wasSlowed) {
      const reason = time - this.#lastRefusal < 2 * MEASURED_OVER ? "the cluster is busy" : "answers take long";
      const pace = actual < 0.5 ? "less than one request" : count(Math.round(actual), "request");
      this.note("slow", `Slowed to ${pace} a second: ${reason}`, "slowed down");
    } else if (wasSlowed && !this.slowed) {
      this.note("new", `Back to ${count(this.rate, "request")} a second`, `${this.rate} a second`);
    }
  }

  #answer({ body, attempts, took }) {
    const { time } = this;
    const retried = attempts > 1;
    this.answered++;
    this.#gap = this.longestGap;
    this.#lastAnswer = time;
    this.retried += retried;
    const pod = this.cluster.see(body, time);
    this.cluster.count(pod, { took, retried }, time);
    this.dispatchEvent(new CustomEvent("answered", { detail: { pod, retried } }));
    const { pods } = this.#second();
    const { name, shape, colour } = pod;
    if (!pods.has(name)) pods.set(name, { shape, colour, answers: 0, retried: 0 });
    const entry = pods.get(name);
    entry.answers++;
    entry.retried += retried;
  }

  #failure({ sentence: text, pod: name }) {
    this.failed++;
    const pod = this.cluster.pods.get(name);
    if (pod) this.cluster.see({ pod: name, version: pod.version, node: pod.node }, this.time); // it is alive
    this.failures.push({
      time: new Date(this.#clock()),
      kind: "failed",
      text: pod ? `${text} (pod ${pod.name})` : text,
    });
    if (this.failures.length > MAX_FAILURES) this.failures.shift();
    this.dispatchEvent(new CustomEvent("failed", { detail: { pod } }));
    this.#second().failed++;
    if (this.failed === 1 || this.events.at(-1)?.kind !== "failed")
      this.note("failed", `A request failed: ${firstSentence(text)}`, "failed");
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
