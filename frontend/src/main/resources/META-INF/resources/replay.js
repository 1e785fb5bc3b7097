// SPDX-License-Identifier: Apache-2.0
// A run that is made again from its recording, and the file that the recording is kept in.
import { Run } from "./run.js";

const FORMAT = "k8s-demo run 1"; // of the file
const LONGEST = 24 * 3_600_000; // milliseconds
const INPUTS = ["start", "stop", "clock", "pace", "see", "miss", "fail", "refuse", "slow", "note", "fault"]; // methods of Run

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
      if (typeof input === "number") {
        const [took, connectedFor, retried] = values;
        this.run.answer({ ...pods[input], connectedFor }, took, Boolean(retried));
      } else this.run[input](...values);
    }
    this.run.advance(time);
  }
}

/** @returns {{begin: number, end: number}} when traffic first began, and the time of the last entry */
export const boundsOf = ({ entries }) => ({
  begin: entries.find(([, input]) => input === "start")[0],
  end: entries.at(-1)[0],
});

/** @returns {string} the file: entries have the milliseconds since the one before, which are fewer digits */
export function write({ pods, entries }) {
  const steps = entries.map(([time, ...input], i) => [time - (entries[i - 1]?.[0] ?? 0), ...input]);
  return JSON.stringify({ format: FORMAT, pods, entries: steps });
}

/** @throws {Error} with a sentence for the person who chose the file */
export function read(text) {
  try {
    const { format, pods, entries: steps } = JSON.parse(text);
    if (format !== FORMAT) throw new Error(`not ${FORMAT}`);
    let time = 0;
    const entries = steps.map(([step, ...input]) => {
      time += step;
      const isKnown = typeof input[0] === "number" ? pods[input[0]] : INPUTS.includes(input[0]);
      if (!isKnown || !Number.isInteger(step) || step < 0 || time > LONGEST) throw new Error(`entry at ${time}`);
      return [time, ...input];
    });
    new Replay({ pods, entries }).seek(boundsOf({ entries }).end); // what it cannot replay, it cannot show
    return { pods, entries };
  } catch (error) {
    throw new Error("This file is not a run that this page has saved.", { cause: error });
  }
}
