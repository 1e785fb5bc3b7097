// The model of the live traffic: sends greetings at a steady rate, and remembers what came back. All it knows about the
// cluster comes from the answers. Everything it keeps is bounded, so it can run for hours.
import { greet } from "./backend.js";

const WINDOW = 10_000; // milliseconds: shares and latencies cover the last ten seconds
const GONE_AFTER = 1_500; // milliseconds without an answer from this pod …
const CHANCES = 8; // … while each of the others gave this many, on average
const FORGOTTEN_AFTER = 60_000; // milliseconds
const MAX_SECONDS = 3_600; // an hour, for the timeline and the export
const MAX_DOTS = 2_000;
const MAX_FAILURES = 200;
const MAX_EVENTS = 200;
const MAX_IN_FLIGHT = 5; // a browser has six connections (HTTP/1.1): one stays free for the form, and no request waits for one
const COLOURS = 8;
const SHAPES = 4;

export class Traffic extends EventTarget {
  /** Pods by name: {name, version, colour, shape, answers, retried, last, lastId, recent: [{at, took}], gone}; last and at are
   *  times, lastId is the number of answers from all pods by then. */
  pods = new Map();
  /** The last answers and failures, oldest first: {id, pod, colour, shape, retried, failed}. */
  dots = [];
  /** One entry per second, oldest first: {second, pods: Map(name → {version, colour, shape, answers, attempts, took: []}),
   *  failed, failedAttempts}. */
  seconds = [];
  /** The last failures, oldest first: {time, kind, text}. */
  failures = [];
  /** What happened, oldest first: {time, kind, text}. */
  events = [];
  sent = 0;
  answered = 0;
  failed = 0;
  /** How many of the answers needed another attempt. */
  retried = 0;
  longestGap = 0;
  rate = 20;
  running = false;

  #timer;
  #due = 0;
  #tick = 0;
  #lastAnswer;
  #inFlight = 0;
  #shapes = new Map();

  start() {
    if (this.running) return;
    this.running = true;
    this.#due = 0;
    this.#tick = now();
    this.#lastAnswer = undefined; // our own pause is not a gap in the answers
    for (const pod of this.pods.values()) if (!pod.gone) pod.last = this.#tick;
    this.#timer = setInterval(() => this.#send(), 20);
  }

  stop() {
    this.running = false;
    clearInterval(this.#timer);
  }

  #send() {
    const time = now();
    this.#due = Math.min(this.#due + ((time - this.#tick) * this.rate) / 1000, this.rate);
    this.#tick = time;
    for (; this.#due >= 1 && this.#inFlight < MAX_IN_FLIGHT; this.#due--) this.#sendOne();
    this.#findGone(time);
  }

  async #sendOne() {
    const id = ++this.sent;
    this.#inFlight++;
    const result = await greet("live traffic");
    this.#inFlight--;
    if (result.ok) this.#answer(id, result, now());
    else this.#failure(id, result);
  }

  #answer(id, { answer: { pod: name, version }, attempts, took }, time) {
    this.answered++;
    if (this.#lastAnswer !== undefined && this.running) this.longestGap = Math.max(this.longestGap, time - this.#lastAnswer);
    this.#lastAnswer = time;
    const retried = attempts > 1;
    const pod = this.#pod(name, version, time);
    pod.answers++;
    if (retried) {
      pod.retried++;
      this.retried++;
    }
    pod.last = time;
    pod.lastId = this.answered;
    pod.recent.push({ at: time, took });
    this.#dot({ id, pod: name, colour: pod.colour, shape: pod.shape, retried });
    const second = this.#second();
    let cell = second.pods.get(name);
    if (!cell) second.pods.set(name, (cell = { version, colour: pod.colour, shape: pod.shape, answers: 0, attempts: 0, took: [] }));
    cell.answers++;
    cell.attempts += attempts;
    cell.took.push(Math.round(took));
  }

  #failure(id, { sentence: text, attempts }) {
    this.failed++;
    this.failures.push({ time: new Date(now()), kind: "failed", text });
    if (this.failures.length > MAX_FAILURES) this.failures.shift();
    this.#dot({ id, failed: true });
    const second = this.#second();
    second.failed++;
    second.failedAttempts += attempts;
    if (this.failed === 1 || this.events.at(-1)?.kind !== "failed") this.#event("failed", `A request failed: ${text}`);
  }

  #pod(name, version, time) {
    let pod = this.pods.get(name);
    if (!pod || pod.version !== version) {
      pod = { name, version, colour: this.#freeColour(), shape: this.#shape(version), answers: 0, retried: 0, recent: [], last: time, lastId: this.answered, gone: false };
      this.pods.set(name, pod);
      this.#event("new", `Pod ${short(name)} answers: version ${version}`);
    } else if (pod.gone) {
      pod.gone = false;
      this.#event("new", `Pod ${short(name)} answers again`);
    }
    return pod;
  }

  #freeColour() {
    const used = (gone) => new Set([...this.pods.values()].filter((pod) => gone || !pod.gone).map((pod) => pod.colour));
    for (const taken of [used(true), used(false)]) {
      for (let colour = 0; colour < COLOURS; colour++) if (!taken.has(colour)) return colour;
    }
    return this.pods.size % COLOURS;
  }

  #shape(version) {
    if (!this.#shapes.has(version)) this.#shapes.set(version, this.#shapes.size % SHAPES);
    return this.#shapes.get(version);
  }

  #dot(dot) {
    this.dots.push(dot);
    if (this.dots.length > 2 * MAX_DOTS) this.dots.splice(0, MAX_DOTS);
  }

  #second() {
    const second = Math.floor(now() / 1000);
    let last = this.seconds.at(-1);
    if (last?.second !== second) {
      this.seconds.push((last = { second, pods: new Map(), failed: 0, failedAttempts: 0 }));
      if (this.seconds.length > MAX_SECONDS) this.seconds.shift();
    }
    return last;
  }

  #event(kind, text) {
    this.events.push({ time: new Date(now()), kind, text });
    if (this.events.length > MAX_EVENTS) this.events.shift();
    this.dispatchEvent(new Event("happened"));
  }

  /** A pod that gave none of many answers is gone, as far as the page can tell. */
  #findGone(time) {
    const alive = [...this.pods.values()].filter((pod) => !pod.gone).length;
    for (const pod of this.pods.values()) {
      while (pod.recent.length && pod.recent[0].at < time - WINDOW) pod.recent.shift();
      const passedOver = alive === 1 || this.answered - pod.lastId >= alive * CHANCES;
      if (!pod.gone && time - pod.last > GONE_AFTER && passedOver) {
        pod.gone = true;
        this.#event("gone", `Pod ${short(pod.name)} no longer answers`);
      } else if (pod.gone && time - pod.last > FORGOTTEN_AFTER) {
        this.pods.delete(pod.name);
      }
    }
  }
}

/** Milliseconds since 1970, for durations, order and display: never goes back, whatever happens to the computer's clock. */
export const now = () => performance.timeOrigin + performance.now();

/** @returns {string} the end of a pod's name, which tells it from the other pods of its Deployment */
export function short(name) {
  return name.match(/^k8s-demo-backend-(.+)$/)?.[1] ?? name;
}

/** @returns {number} the value that this share of the values does not exceed */
export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
