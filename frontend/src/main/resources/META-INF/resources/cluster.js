// SPDX-License-Identifier: Apache-2.0
// The model of the cluster. All it knows comes from responses: which pods and nodes there are, and that one of them is
// silent. It has no clock of its own: each call brings the time, as Traffic.time has it.
import { colourFor, shapeOf } from "./colours.js";
import { count, duration, shortName, typeOf } from "./format.js";
import { Places } from "./places.js";

// When is a pod silent, and when has it just had no luck? Each connection that the frontend opens goes to a pod at random
// (kube-proxy), so of n pods one is passed over k times in a row with the probability (1 - 1/n)^k. Responses of one
// connection are one draw, not many: it lives for 50 ms, so responses of one pod within 100 ms count as one; and for longer
// where few ask, or without max-age, so the frontend says how old it is. At most 50 responses a second are 180,000 beginnings
// of such a row in an hour. With the k below, all pods together are expected to cause a false alarm in one hour of twenty, at
// most. Two pods need 22 draws, six need 83. All m pods of a node are passed over with (1 - m/n)^k, so a node that has died
// needs fewer: this doubles the expected alarms.
const DRAW_LASTS = 100; // milliseconds
const DRAWS_PER_HOUR = 180_000;
const FALSE_ALARMS_PER_HOUR = 0.05;
const drawsNeeded = (m, n) => Math.log(DRAWS_PER_HOUR / FALSE_ALARMS_PER_HOUR) / -Math.log(1 - m / n);

const GONE_AFTER = 1_500; // milliseconds: not sooner, however many draws there were
const FORGOTTEN_AFTER = 120_000; // milliseconds
const REPLACED_FOR = 4_000; // milliseconds: then the place of a pod that was replaced becomes empty …
const SILENT_FOR = 30_000; // … and after this time, that of one that was not
const NODE_GONE_AFTER = 3_000; // milliseconds without a response from any pod of a node; one that is drained is empty by then …
const ORDERLY = 5_000; // … because each of its pods was replaced within this time of its last response
const SPARE_FOR = 30_000; // milliseconds: a pod that came before it was needed replaces one that falls silent in this time
const RELAY = 10_000; // milliseconds between the first response of a pod and the last of one of another version that it replaces
const RECENT = 10_000; // milliseconds: shares and latencies cover the last ten seconds
const MAX_PODS = 100;
const MAX_NODES = 20; // and all that have a living pod

export class Cluster {
  /**
   * Pods by name: {name, version, node, started, colour, shape, responses, retried, first, last, answered, recent: [{at, took}],
   * failures: [at], doubtful, gone, replaced, left}. first, last, answered and at are times; last is later than answered if nobody was asked
   * in between; started: the time of day when its process did, if it has said so since it was last gone; colour is the N of
   * --pod-N; doubtful: perhaps silent; replaced: another pod has come instead; left: without a gap.
   */
  pods = new Map();
  /** Nodes by name, which is undefined outside a cluster: {name, last, dark, places}. last is a time, dark: silent without a
   *  reason, places: of its pods. */
  nodes = new Map();
  /** Whether nobody responds. */
  silent = false;
  /** Where phones join: the names of the pods that their one frontend takes for silent. Otherwise the page finds out itself. */
  missing;

  #tell;
  #draws = 0;
  #started = Infinity;
  #lastResponse;
  #resumed = -Infinity; // when responses last came again

  /** @param {(kind: string, text: string, label: string, what?: string) => void} tell is called with what happened; see Traffic.events */
  constructor(tell) {
    this.#tell = tell;
  }

  /** The pods that are not gone. */
  get living() {
    return [...this.pods.values()].filter(({ gone }) => !gone);
  }

  /** Traffic begins, or goes on after a pause: nobody was silent meanwhile, because nobody was asked. */
  start(time) {
    this.#started = time;
    this.#lastResponse = undefined;
    this.silent = false;
    this.#forgive(time);
    for (const node of this.nodes.values()) if (!node.dark) node.last = time;
  }

  /** @returns the pod that has just responded, which may be new */
  see({ pod: name, version, node: nodeName, started, colour, connectedFor = 0 }, time) {
    if (this.silent) this.#resume(time);
    const node = this.#nodeOf(nodeName);
    node.last = time;
    node.dark = false;
    let pod = this.pods.get(name);
    if (!pod || pod.version !== version) pod = this.#join({ name, version, node: nodeName }, time);
    else if (pod.gone || started > pod.started) this.#comeBack(pod, started, time);
    if (!(started < pod.started)) pod.started = started ?? pod.started;
    pod.colour = colour ?? pod.colour;
    this.missing?.delete(name);
    if (!(time - pod.drawn < Math.max(DRAW_LASTS, connectedFor))) {
      pod.drawn = time;
      this.#draws++;
    }
    pod.draws = this.#draws;
    pod.last = pod.answered = this.#lastResponse = time;
    pod.doubtful = false;
    node.places.take(pod);
    return pod;
  }

  #nodeOf(name) {
    if (!this.nodes.has(name)) {
      this.nodes.set(name, { name, places: new Places() });
      forgetOldest(
        this.nodes,
        MAX_NODES,
        (node) => node.name !== name && this.living.every((pod) => pod.node !== node.name),
      );
    }
    return this.nodes.get(name);
  }

  /** Counts a greeting that a pod has given. */
  count(pod, { took, retried }, time) {
    pod.responses++;
    if (retried) pod.retried++;
    pod.recent.push({ at: time, took });
  }

  /** Counts a request that a pod has failed. */
  countFailure(pod, time) {
    pod.failures.push(time);
  }

  /**
   * Finds who has fallen silent.
   *
   * @param pause milliseconds between two requests
   * @param lastSign when the cluster last refused a request, which is a sign of life, too
   */
  check(time, { pause, lastSign }) {
    const living = this.living;
    for (const pod of this.pods.values()) {
      while (pod.recent.length && pod.recent[0].at < time - RECENT) pod.recent.shift();
      while (pod.failures[0] < time - RECENT) pod.failures.shift();
      if (pod.gone && time - pod.last > FORGOTTEN_AFTER) this.pods.delete(pod.name);
      if (pod.gone && time - pod.last > (pod.replaced ? REPLACED_FOR : SILENT_FOR)) this.#placesOf(pod)?.free(pod);
    }
    for (const pod of this.#findSilent(living)) this.#lose(pod, time);
    for (const node of this.nodes.values()) this.#checkNode(node, time);
    const last = Math.max(this.#lastResponse ?? this.#started, lastSign);
    if (this.silent || time - last < Math.max(GONE_AFTER, 2.5 * pause)) return;
    const slowest = Math.max(0, ...living.flatMap(({ recent }) => recent.map(({ took }) => took)));
    if (time - last < 1.5 * slowest) return;
    this.silent = true;
    const names = new Intl.ListFormat("en").format(living.map(({ name }) => shortName(name)));
    const text = `Nothing is answering${names && `: ${names} ${living.length > 1 ? "are" : "is"} silent`}`;
    this.#tell("gone", text, "nothing is answering");
  }

  /** @returns the pods that were passed over so often, alone or with their whole node, that it is no chance */
  #findSilent(living) {
    const nodes = new Map();
    for (const { node, draws } of living) {
      const { pods, last } = nodes.get(node) ?? { pods: 0, last: 0 };
      nodes.set(node, { pods: pods + 1, last: Math.max(last, draws) });
    }
    const passedOver = (pods, last) => (this.#draws - last) / drawsNeeded(pods, living.length);
    return living.filter((pod) => {
      const { pods, last } = nodes.get(pod.node);
      const withNode = pods < living.length ? passedOver(pods, last) : 0;
      const silence = this.#lastResponse - Math.max(pod.last, this.#resumed); // nobody could respond before
      const evidence = Math.min(Math.max(passedOver(1, pod.draws), withNode), silence / GONE_AFTER);
      pod.doubtful = evidence > 0.5;
      return this.missing?.has(pod.name) ?? evidence > 1;
    });
  }

  /** A pod that was passed over again and again is gone, as far as anybody can tell: it died, was cut off, or left as planned. */
  #lose(pod, time) {
    const { living } = this;
    pod.gone = true;
    const isRecent = ({ first, last }) => time - first < SPARE_FOR && time - last < GONE_AFTER;
    const spare = living.find((other) => other.spare && isRecent(other));
    if (spare) {
      spare.spare = false;
      this.#replace(pod, time);
    }
    // later, it may as well be one of several pods that were too many
    const overlap = spare && spare.version !== pod.version ? RELAY : 0;
    const numbers = `${count(living.length - 1, typeOf(pod))} answer${living.length === 2 ? "s" : ""}, ${living.length} did before`;
    const outcome = spare && spare.first > pod.last - overlap ? `${where(spare)} has taken its place` : numbers;
    this.#tell(
      "gone",
      `${titleOf(pod)} no longer answers: ${outcome}`,
      `${shortName(pod.name)} ${spare ? "replaced" : "silent"}`,
      "silent",
    );
  }

  #placesOf({ node }) {
    return this.nodes.get(node)?.places;
  }

  #checkNode(node, time) {
    const pods = [...this.pods.values()].filter((pod) => pod.node === node.name);
    if (!node.name || node.dark || time - node.last < NODE_GONE_AFTER || pods.every(({ left }) => left)) return;
    if (pods.some(({ gone }) => !gone)) return;
    node.dark = true;
    this.#tell("gone", `${node.name} has stopped answering`, `${node.name} silent`);
  }

  #resume(time) {
    const gap = duration(time - (this.#lastResponse ?? this.#started));
    this.#tell("new", `Answers come again, after ${gap} without any`, `answers after ${gap}`);
    this.silent = false;
    this.#resumed = time;
    this.#forgive();
  }

  #forgive(time) {
    for (const pod of this.living) Object.assign(pod, { draws: this.#draws, doubtful: false, last: time ?? pod.last });
  }

  #join({ name, version, node }, time) {
    const before = this.pods.get(name); // with another version
    if (before) this.#placesOf(before)?.free(before);
    const missing = [...this.pods.values()].find(({ replaced, gone }) => !replaced && gone);
    const isFirst = [...this.pods.values()].every((other) => other.version !== version);
    const pod = {
      name,
      version,
      node,
      responses: 0,
      retried: 0,
      recent: [],
      failures: [],
      first: time,
      last: time,
      draws: this.#draws,
    };
    pod.colour = before?.colour ?? colourFor(name, this.pods.values());
    pod.shape = shapeOf(version);
    pod.spare = !missing && time - this.#started > 2 * GONE_AFTER; // those that respond from the start replace none
    Object.assign(pod, { doubtful: false, gone: false, replaced: false, left: false });
    this.pods.set(name, pod);
    const forgotten = forgetOldest(this.pods, MAX_PODS);
    if (forgotten) this.#placesOf(forgotten)?.free(forgotten);
    if (missing) this.#replace(missing, time);
    const instead = missing
      ? `, in place of ${where(missing)}, which fell silent ${duration(time - missing.last)} ago`
      : "";
    this.#tell(
      "new",
      `${titleOf(pod)} answers: version ${version}${instead}`,
      `${isFirst ? version : shortName(name)} joins`,
      "joined",
    );
    return pod;
  }

  /** A pod that was silent responds, or one whose container was started again, maybe sooner than it could be called silent. */
  #comeBack(pod, started, time) {
    const others = [...this.pods.values()].filter((other) => other !== pod);
    const isTaken = others.some(({ gone, colour }) => !gone && colour === pod.colour);
    if (pod.gone && isTaken) pod.colour = colourFor(pod.name, others);
    pod.gone = pod.replaced = pod.left = false;
    const gap = duration(time - pod.answered);
    const restarted = started > pod.started ? ": it was started again" : "";
    pod.started = undefined; // if it does not say so now, it is not announced again when it does
    this.#tell(
      "new",
      `${titleOf(pod)} answers again, ${gap} after its last answer${restarted}`,
      `${shortName(pod.name)} is back`,
    );
  }

  #replace(pod, time) {
    pod.replaced = true;
    pod.left = time - pod.last < ORDERLY;
  }
}

const titleOf = (pod) => `${pod.node ? "Pod" : "Server"} ${where(pod)}`;
const where = ({ name, node }) => shortName(name) + (node ? ` on ${node}` : "");

/** @returns the entry that was forgotten, if there were too many */
function forgetOldest(entries, most, mayGo = () => true) {
  if (entries.size <= most) return undefined;
  const [oldest] = [...entries.values()].filter(mayGo).sort((a, b) => a.last - b.last);
  if (oldest) entries.delete(oldest.name);
  return oldest;
}
