// SPDX-License-Identifier: Apache-2.0
// What came in during a run, to make the same run again (replay.js).

const MAX_ENTRIES = 250_000; // three hours at 20 requests a second, in 4 MB

export class Recording {
  /** Those that answered: {pod, version, node, started, colour}. */
  pods = [];
  /** Oldest first: [time, name of a method of Run, …its arguments]; for answers [time, index in pods, took,
   *  connectedFor, 1 if retried]. */
  entries = [];

  #indexes = new Map(); // in pods, by all that they are

  get isFull() {
    return this.entries.length >= MAX_ENTRIES;
  }

  /** Keeps what came in: the name of a method of Run, and its arguments. */
  add(time, input, ...values) {
    if (this.isFull) return;
    if (input === "answer") {
      const [greeting, took, retried] = values;
      this.entries.push([time, this.#indexOf(greeting), took, greeting.connectedFor ?? 0, ...(retried ? [1] : [])]);
    } else {
      this.entries.push([time, input, ...values]);
    }
  }

  #indexOf({ pod: name, version, node, started, colour }) {
    const pod = { pod: name, version, node, started, colour };
    const key = JSON.stringify(pod);
    if (!this.#indexes.has(key)) this.#indexes.set(key, this.pods.push(pod) - 1);
    return this.#indexes.get(key);
  }
}
