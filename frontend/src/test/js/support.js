// SPDX-License-Identifier: Apache-2.0
import { Recording } from "../../main/resources/META-INF/resources/recording.js";
import { Traffic } from "../../main/resources/META-INF/resources/traffic.js";

/** @returns {() => number} the same numbers from 0 to 1 for the same seed: mulberry32 */
export function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A page, its clocks, and a backend; time goes on only in run(). */
export class Page {
  time = 1_000;
  clock = Date.parse("2026-11-30T12:00:00Z");
  waiting = []; // {at, resolve, result}
  respond = (n) => ({ pod: ["aaa", "bbb"][n % 2], took: 5 });
  recording = new Recording();
  traffic = new Traffic({
    recording: this.recording,
    send: (name, options) => this.#send(options),
    now: () => this.time,
    clock: () => this.clock,
  });
  #requests = 0;

  constructor(rate = 50) {
    this.traffic.rate = rate;
    this.traffic.start();
  }

  #send(options) {
    const {
      pod = "aaa",
      took = 5,
      connectedFor = 0,
      attempts = 1,
      ...failure
    } = this.respond(this.#requests++, options) ?? { took: Infinity };
    const body = { pod, version: "v1", node: "node-1", connectedFor };
    const result = failure.sentence ? { ok: false, ...failure, pod } : { ok: true, body };
    return new Promise((resolve) =>
      this.waiting.push({ at: this.time + took, resolve, result: { ...result, attempts, took } }),
    );
  }

  async run(seconds) {
    for (let left = seconds * 1_000; left > 0; left -= 20) {
      this.time += 20;
      this.clock += 20;
      for (const { resolve, result } of this.waiting.filter(({ at }) => at <= this.time)) resolve(result);
      this.waiting = this.waiting.filter(({ at }) => at > this.time);
      await new Promise((resolve) => setImmediate(resolve));
      this.traffic.tick();
    }
  }

  get texts() {
    return this.traffic.events.map(({ text }) => text);
  }
}
