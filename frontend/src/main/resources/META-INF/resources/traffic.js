// The model of the live traffic: sends greetings at a steady rate, and remembers what came back. All it knows of the
// cluster comes from the answers. Whatever it keeps is bounded, so it may run for hours.
import { greet } from "./backend.js";

export const WINDOW = 10_000; // milliseconds: shares and latencies are those of the last ten seconds
const GONE_AFTER = 1_500; // milliseconds without an answer of this pod …
const CHANCES = 8; // … while as many came from each of the others, on average
const FORGOTTEN_AFTER = 60_000; // milliseconds
const MAX_SECONDS = 3_600; // an hour, for the timeline and the export
const MAX_DOTS = 2_000;
const MAX_FAILURES = 200;
const MAX_EVENTS = 200;
const MAX_ON_THE_WAY = 5; // a browser opens six connections (HTTP/1.1): the form needs one, and what waits for one is no slow pod
const COLOURS = 8;
const SHAPES = 4;

export class Traffic extends EventTarget {
  /** Pods by name: {name, version, colour, shape, answers, last, lastId, recent: [{at, took}], gone}; last and
   *  at are performance.now(), lastId is how many answers there were in all. */
  pods = new Map();
  /** The last answers, oldest first: {id, pod, colour, shape, failed}. */
  dots = [];
  /** One entry a second, oldest first: {second, pods: Map(name → {version, colour, answers, took: []}), failed}. */
  seconds = [];
  /** The last failures: {time, sentence}; oldest first. */
  failures = [];
  /** What happened: {time, text, kind}; oldest first. */
  events = [];
  sent = 0;
  answered = 0;
  failed = 0;
  longestGap = 0;
  rate = 20;
  running = false;
  lastPod;

  #timer;
  #due = 0;
  #tick = 0;
  #lastAnswer;
  #onTheWay = 0;
  #shapes = new Map();

  start() {
    if (this.running) return;
    this.running = true;
    this.#due = 0;
    this.#tick = performance.now();
    this.#lastAnswer = undefined; // a pause of ours is no gap of the cluster's
    const now = performance.now();
    for (const pod of this.pods.values()) if (!pod.gone) pod.last = now;
    this.#timer = setInterval(() => this.#send(), 20);
  }

  stop() {
    this.running = false;
    clearInterval(this.#timer);
  }

  #send() {
    const now = performance.now();
    this.#due = Math.min(this.#due + ((now - this.#tick) * this.rate) / 1000, this.rate);
    this.#tick = now;
    for (; this.#due >= 1 && this.#onTheWay < MAX_ON_THE_WAY; this.#due--) this.#sendOne();
    this.#lookForTheGone(now);
  }

  async #sendOne() {
    const id = ++this.sent;
    const start = performance.now();
    this.#onTheWay++;
    const result = await greet("live traffic");
    this.#onTheWay--;
    const now = performance.now();
    if (result.ok) this.#answer(id, result.greeting, now, now - start);
    else this.#failure(id, result.sentence);
  }

  #answer(id, { pod: name, version }, now, took) {
    this.answered++;
    if (this.#lastAnswer !== undefined && this.running) this.longestGap = Math.max(this.longestGap, now - this.#lastAnswer);
    this.#lastAnswer = now;
    const pod = this.#pod(name, version, now);
    pod.answers++;
    pod.last = now;
    pod.lastId = this.answered;
    pod.recent.push({ at: now, took });
    this.lastPod = name;
    this.#dot({ id, pod: name, colour: pod.colour, shape: pod.shape });
    const second = this.#second();
    let cell = second.pods.get(name);
    if (!cell) second.pods.set(name, (cell = { version, colour: pod.colour, shape: pod.shape, answers: 0, took: [] }));
    cell.answers++;
    cell.took.push(Math.round(took));
  }

  #failure(id, sentence) {
    this.failed++;
    this.failures.push({ time: new Date(), sentence });
    if (this.failures.length > MAX_FAILURES) this.failures.shift();
    this.#dot({ id, failed: true });
    this.#second().failed++;
    if (this.failed === 1 || this.events.at(-1)?.kind !== "failed") this.#event("failed", `A request failed: ${sentence}`);
  }

  #pod(name, version, now) {
    let pod = this.pods.get(name);
    if (!pod || pod.version !== version) {
      pod = { name, version, colour: this.#freeColour(), shape: this.#shape(version), answers: 0, recent: [], last: now, lastId: this.answered, gone: false };
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
    const second = Math.floor(Date.now() / 1000);
    let last = this.seconds.at(-1);
    if (last?.second !== second) {
      this.seconds.push((last = { second, pods: new Map(), failed: 0 }));
      if (this.seconds.length > MAX_SECONDS) this.seconds.shift();
    }
    return last;
  }

  #event(kind, text) {
    this.events.push({ time: new Date(), kind, text });
    if (this.events.length > MAX_EVENTS) this.events.shift();
    this.dispatchEvent(new Event("happened"));
  }

  /** A pod that had its chance of many answers and gave none is gone, as far as can be told from here. */
  #lookForTheGone(now) {
    const alive = [...this.pods.values()].filter((pod) => !pod.gone).length;
    for (const pod of this.pods.values()) {
      while (pod.recent.length && pod.recent[0].at < now - WINDOW) pod.recent.shift();
      const passedOver = alive === 1 || this.answered - pod.lastId >= alive * CHANCES;
      if (!pod.gone && now - pod.last > GONE_AFTER && passedOver) {
        pod.gone = true;
        this.#event("gone", `Pod ${short(pod.name)} no longer answers`);
      } else if (pod.gone && now - pod.last > FORGOTTEN_AFTER) {
        this.pods.delete(pod.name);
      }
    }
  }
}

/** @returns {string} what tells one pod from the others of its Deployment: the end of its name */
export function short(name) {
  return name.match(/^k8s-demo-backend-(.+)$/)?.[1] ?? name;
}

/** @returns {number} the value that a share of them does not exceed; NaN of none */
export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
