// SPDX-License-Identifier: Apache-2.0
// Where the cells of the map are: a pod keeps its place, and a pod that comes takes the first empty one.

/** The places of one node. */
export class Places {
  #pods = []; // by place; undefined where there is nobody

  /** @returns {number} the place of a pod, from 0 */
  take(pod) {
    if (this.of(pod) >= 0) return this.of(pod);
    const empty = this.#pods.findIndex((other) => !other || other.gone);
    const taken = empty < 0 ? this.#pods.length : empty;
    this.#pods[taken] = pod;
    return taken;
  }

  /** @returns {number} the place of a pod; -1 if it has none: a pod that is gone loses its own to one that comes */
  of(pod) {
    return this.#pods.indexOf(pod);
  }

  /** Leaves an empty place behind; when more are empty than not, the others close ranks. */
  free(pod) {
    if (this.of(pod) >= 0) this.#pods[this.of(pod)] = undefined;
    const taken = this.#pods.filter(Boolean);
    if (this.#pods.length > 2 * taken.length) this.#pods = taken;
  }

  /** The empty places, in order. */
  get empty() {
    return [...this.#pods.keys()].filter((place) => !this.#pods[place]);
  }
}
