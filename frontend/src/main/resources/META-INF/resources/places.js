// SPDX-License-Identifier: Apache-2.0
// Where the cells of the map are: a pod keeps its place, and a pod that comes takes the first empty one.

/** The places of one node. */
export class Places {
  #pods = []; // by place; undefined where there is nobody

  /** @returns {number} the place of a pod, from 0 */
  take(pod) {
    const place = this.#pods.indexOf(pod);
    if (place >= 0) return place;
    const empty = this.#pods.findIndex((other) => !other || other.gone);
    const taken = empty < 0 ? this.#pods.length : empty;
    this.#pods[taken] = pod;
    return taken;
  }

  /** @returns whether the pod still has its place: a pod that is gone loses it to one that comes */
  has(pod) {
    return this.#pods.includes(pod);
  }

  /** Leaves an empty place behind; when more are empty than not, the others close ranks. */
  free(pod) {
    const place = this.#pods.indexOf(pod);
    if (place >= 0) this.#pods[place] = undefined;
    const taken = this.#pods.filter(Boolean);
    if (this.#pods.length > 2 * taken.length) this.#pods = taken;
  }

  /** The empty places, in order. */
  get empty() {
    return [...this.#pods.keys()].filter((place) => !this.#pods[place]);
  }
}
