// SPDX-License-Identifier: Apache-2.0
// What came in during a run, the file that it is kept in, and the same run made from it again.
import { Run } from "./run.js";

const FORMAT = "k8s-demo run 1"; // of the file
const MAX_ENTRIES = 250_000; // three hours at 20 requests a second, in 4 MB
const LONGEST = 24 * 3_600_000; // milliseconds
const INPUTS = ["start", "stop", "clock", "pace", "see", "fail", "refuse", "slow", "note", "fault"]; // methods of Run

export class Recording {
  /** Those that answered: {pod, version, node}. */
  pods = [];
  /** Oldest first: [time, name of a method of Run, …its arguments]; for answers [time, index in pods, took, 1 if retried]. */
  entries = [];

  #indexes = new Map(); // in pods, by pod, version, and node

  /** @throws {Error} with a sentence for the person who chose the file */
  static read(text) {
    const recording = new Recording();
    try {
      const { format, pods, entries } = JSON.parse(text);
      if (format !== FORMAT) throw new Error(`not ${FORMAT}`);
      let last = 0;
      for (const [time, input] of entries) {
        const isKnown = typeof input === "number" ? pods[input] : INPUTS.includes(input);
        if (!isKnown || !Number.isInteger(time) || time < last || time > LONGEST) throw new Error(`entry at ${time}`);
        last = time;
      }
      Object.assign(recording, { pods, entries });
      if (recording.begin === undefined) throw new Error("no traffic");
      new Replay(recording).seek(recording.end); // what it cannot read, it cannot show
    } catch (error) {
      throw new Error("This file is not a run that this page has saved.", { cause: error });
    }
    return recording;
  }

  /** When traffic first began, in milliseconds of the run's time; undefined before. */
  get begin() {
    return this.entries.find(([, input]) => input === "start")?.[0];
  }

  /** The time of the last entry. */
  get end() {
    return this.entries.at(-1)[0];
  }

  get isFull() {
    return this.entries.length >= MAX_ENTRIES;
  }

  /** Keeps what came in: the name of a method of Run, and its arguments. */
  add(time, input, ...values) {
    if (this.isFull) return;
    if (input === "answer") {
      const [greeting, took, retried] = values;
      this.entries.push([time, this.#indexOf(greeting), took, ...(retried ? [1] : [])]);
    } else {
      this.entries.push([time, input, ...values]);
    }
  }

  /** @returns {string} the file */
  write() {
    const { pods, entries } = this;
    return JSON.stringify({ format: FORMAT, pods, entries });
  }

  #indexOf({ pod, version, node }) {
    const key = JSON.stringify([pod, version, node]);
    if (!this.#indexes.has(key)) this.#indexes.set(key, this.pods.push({ pod, version, node }) - 1);
    return this.#indexes.get(key);
  }
}

/** A recorded run, at any of its moments. */
export class Replay {
  run = new Run();
  #recording;
  #next = 0; // entry

  constructor(recording) {
    this.#recording = recording;
  }

  /** Makes run the run as it was at a time. To go back, it begins anew, with another Run. */
  seek(time) {
    if (time < this.run.time) {
      this.run = new Run();
      this.#next = 0;
    }
    const { pods, entries } = this.#recording;
    for (; entries[this.#next]?.[0] <= time; this.#next++) {
      const [at, input, ...values] = entries[this.#next];
      this.run.advance(at);
      if (typeof input === "number") this.run.answer(pods[input], values[0], values.length > 1);
      else this.run[input](...values);
    }
    this.run.advance(time);
  }
}
