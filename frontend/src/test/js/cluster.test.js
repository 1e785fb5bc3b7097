// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { Cluster } from "../../main/resources/META-INF/resources/cluster.js";
import { randomFrom } from "./support.js";

/**
 * Pods behind a frontend that, as the real one does, renews its connections every 50 ms, each of which goes to a random pod.
 * It brings its own time, in milliseconds.
 */
class Simulation {
  events = [];
  cluster = new Cluster((kind, text, label) => this.events.push({ kind, text, label, at: this.time }));
  time = 1_000;
  pods = [];
  keeps = 50; // milliseconds: a connection

  constructor({ pods = [], rate = 50, seed = 1 } = {}) {
    this.random = randomFrom(seed);
    this.rate = rate;
    for (const pod of pods) this.add(pod);
    this.cluster.start(this.time);
  }

  add({ id, node = "node-1", version = "v1", started }) {
    this.pods.push({ pod: id, node, version, started });
  }

  remove(id) {
    this.pods = this.pods.filter(({ pod }) => pod !== id);
    if (this.connection?.pod.pod === id) this.connection = undefined;
  }

  run(seconds) {
    const end = this.time + seconds * 1_000;
    while (this.time < end) {
      this.time += 1_000 / this.rate;
      if (this.pods.length) {
        if (!(this.connection?.until > this.time)) {
          const pod = this.pods[Math.floor(this.random() * this.pods.length)];
          this.connection = { pod, greeting: { ...pod }, opened: this.time, until: this.time + this.keeps };
        }
        const { greeting, opened } = this.connection;
        greeting.connectedFor = this.time - opened;
        const took = 2 - 8 * Math.log(1 - this.random());
        const pod = this.cluster.see(greeting, this.time + took / 10);
        this.cluster.count(pod, { took, retried: false }, this.time);
      }
      this.check();
    }
    return this;
  }

  check() {
    if (this.time < this.checked + 100) return;
    this.checked = this.time;
    this.cluster.check(this.time, { pause: 1_000 / this.rate, lastSign: -Infinity });
  }

  pod(id) {
    return this.cluster.pods.get(id);
  }

  texts(kind) {
    return this.events.filter((event) => event.kind === kind).map(({ text }) => text);
  }
}

const two = [
  { id: "aaa", node: "node-1" },
  { id: "bbb", node: "node-2" },
];
const several = (n) => Array.from({ length: n }, (_, i) => ({ id: `p${i}`, node: `node-${(i % 3) + 1}` }));

test("no pod is taken for silent in an hour, however many there are, at any rate: at most once in all", () => {
  const alarms = [];
  for (const pods of [2, 4, 6, 8, 12, 20]) {
    for (const rate of [5, 20, 50]) {
      const simulation = new Simulation({ pods: several(pods), rate, seed: pods * 100 + rate }).run(3_600);
      alarms.push(...simulation.texts("gone").map((text) => `${pods} pods, ${rate}/s: ${text}`));
    }
  }
  assert.ok(alarms.length <= 1, alarms.join("\n"));
});

test("a pod that dies is doubtful first, and then silent within seconds", () => {
  for (const [pods, limit] of [
    [2, 3],
    [4, 4.5],
    [6, 6.5],
  ]) {
    const simulation = new Simulation({ pods: several(pods) }).run(10);
    simulation.remove("p0");
    const died = simulation.time;
    while (!simulation.pod("p0").doubtful) simulation.run(0.1);
    assert.ok(!simulation.pod("p0").gone, "doubtful first");
    while (!simulation.pod("p0").gone) simulation.run(0.1);
    const seconds = (simulation.time - died) / 1_000;
    assert.ok(seconds <= limit, `${seconds} s with ${pods} pods`);
  }
});

test("nobody is taken for silent because a connection is kept, as without the safeguard max-age", () => {
  const simulation = new Simulation({ pods: two, rate: 20 }).run(10);
  simulation.keeps = 5_000;
  simulation.run(30);
  assert.deepEqual(simulation.texts("gone"), []);
});

test("a node that dies is silent within five seconds, with all of its pods and no other", () => {
  const four = ["a1", "b1", "a2", "b2"].map((id) => ({ id, node: `node-${id[1]}` }));
  for (const rate of [20, 50]) {
    const simulation = new Simulation({ pods: four, rate }).run(10);
    for (const { id } of four.slice(2)) simulation.remove(id);
    simulation.run(5);
    assert.deepEqual(simulation.texts("gone"), [
      "Pod a2 on node-2 no longer answers: 3 pods answer, 4 did before",
      "Pod b2 on node-2 no longer answers: 2 pods answer, 3 did before",
      "node-2 has stopped answering",
    ]);
  }
});

test("a pod that nobody replaces is counted", () => {
  const simulation = new Simulation({ pods: several(5) }).run(10);
  simulation.remove("p0");
  simulation.run(10);
  assert.deepEqual(simulation.texts("gone"), ["Pod p0 on node-1 no longer answers: 4 pods answer, 5 did before"]);
});

test("a pod whose container was started again says so, even if it was too quick to be called silent", () => {
  const simulation = new Simulation({ pods: two.map((pod) => ({ ...pod, started: "10:00" })) }).run(5);
  simulation.remove("aaa");
  simulation.run(0.5);
  simulation.add({ ...two[0], started: "10:01" });
  simulation.run(5);
  assert.deepEqual(simulation.texts("gone"), []);
  assert.match(
    simulation.texts("new").at(-1),
    /^Pod aaa on node-1 answers again, \d+ ms after its last answer: it was started again$/,
  );
  const { length } = simulation.events;
  simulation.run(5);
  assert.equal(simulation.events.length, length, "once");
});

test("a restart is told once, only of a pod that has said when it started, and costs no colour", () => {
  const { cluster, events } = new Simulation();
  const names = Array.from({ length: 12 }, (_, i) => `p${i}`);
  for (const started of [undefined, "10:00"])
    for (const pod of names) cluster.see({ pod, version: "v1", node: "node-1", started }, 1_000);
  const colours = names.map((name) => cluster.pods.get(name).colour);
  assert.equal(events.length, 12, "they join");
  for (const started of ["10:01", "10:00", "10:01"])
    for (const pod of names) cluster.see({ pod, version: "v1", node: "node-1", started }, 2_000);
  assert.equal(events.length, 24);
  assert.deepEqual(
    names.map((name) => cluster.pods.get(name).colour),
    colours,
  );
});

test("after a pause, the page says when a pod last answered, not when the pause ended", () => {
  const { cluster, events } = new Simulation();
  cluster.see({ pod: "aaa", version: "v1", started: "10:00" }, 1_000);
  cluster.start(61_000);
  cluster.see({ pod: "aaa", version: "v1", started: "10:01" }, 61_100);
  assert.equal(events.at(-1).text, "Server aaa answers again, 60.1 s after its last answer: it was started again");
});

test("a pod that answers again is back, with its colour", () => {
  const simulation = new Simulation({ pods: two }).run(5);
  const { colour } = simulation.pod("aaa");
  simulation.remove("aaa");
  simulation.run(5);
  simulation.add(two[0]);
  simulation.run(2);
  assert.match(simulation.texts("new").at(-1), /^Pod aaa on node-1 answers again, \d\.\d s after its last answer$/);
  assert.equal(simulation.pod("aaa").gone, false);
  assert.equal(simulation.pod("aaa").colour, colour);
});

test("where phones join, their frontend says which pods are silent, until they respond", () => {
  const simulation = new Simulation({ pods: several(4) }).run(1);
  const { cluster } = simulation;
  cluster.missing = new Set();
  simulation.remove("p0");
  simulation.run(20);
  assert.equal(cluster.living.length, 4);
  cluster.missing = new Set(["p0"]);
  simulation.run(0.2);
  assert.ok(simulation.pod("p0").gone);
  simulation.add({ id: "p0", node: "node-1" });
  simulation.run(5);
  assert.equal(cluster.living.length, 4);
});

test("in a release, a pod of the new version takes the place of an old one that leaves soon after", () => {
  const simulation = new Simulation({ pods: two }).run(5);
  simulation.add({ id: "new", node: "node-1", version: "v2" });
  simulation.run(2);
  simulation.remove("aaa");
  simulation.run(5);
  assert.equal(simulation.texts("new").at(-1), "Pod new on node-1 answers: version v2");
  const left = "Pod aaa on node-1 no longer answers: new on node-1 has taken its place";
  assert.deepEqual(simulation.texts("gone"), [left]);
});

test("a pod that came by scaling up has not replaced one that dies after that", () => {
  const simulation = new Simulation({ pods: two }).run(5);
  simulation.add({ id: "ccc", node: "node-1" });
  simulation.add({ id: "ddd", node: "node-2" });
  simulation.run(4);
  simulation.remove("aaa");
  simulation.run(8);
  assert.deepEqual(simulation.texts("gone"), ["Pod aaa on node-1 no longer answers: 3 pods answer, 4 did before"]);
});

test("a pod that comes while another one is about to be found silent has taken its place", () => {
  const simulation = new Simulation({ pods: two }).run(5);
  simulation.remove("aaa");
  simulation.run(0.8);
  simulation.add({ id: "ccc", node: "node-1" });
  simulation.run(8);
  const left = "Pod aaa on node-1 no longer answers: ccc on node-1 has taken its place";
  assert.deepEqual(simulation.texts("gone"), [left]);
});

test("a pod that comes after one fell silent comes in its place", () => {
  const simulation = new Simulation({ pods: two }).run(5);
  simulation.remove("bbb");
  simulation.run(8);
  simulation.add({ id: "ccc", node: "node-1" });
  simulation.run(1);
  assert.match(
    simulation.texts("new").at(-1),
    /^Pod ccc on node-1 answers: version v1, in place of bbb on node-2, which fell silent \d\.\d s ago$/,
  );
});

test("a node whose pods are silent goes dark, until one answers", () => {
  const simulation = new Simulation({ pods: two }).run(5);
  simulation.remove("bbb");
  simulation.run(8);
  assert.ok(simulation.texts("gone").includes("node-2 has stopped answering"));
  assert.equal(simulation.cluster.nodes.get("node-2").dark, true);
  simulation.add({ id: "ccc", node: "node-1" });
  simulation.run(2);
  assert.equal(simulation.cluster.nodes.get("node-2").dark, true, "it is not back because its pod was replaced");
  simulation.add(two[1]);
  simulation.run(2);
  assert.equal(simulation.cluster.nodes.get("node-2").dark, false);
});

test("a node that is drained is not dark: its pod was replaced before it left", () => {
  const simulation = new Simulation({ pods: two }).run(5);
  simulation.add({ id: "ccc", node: "node-1" });
  simulation.run(2);
  simulation.remove("bbb");
  simulation.run(10);
  assert.equal(simulation.pod("bbb").gone, true);
  assert.equal(simulation.cluster.nodes.get("node-2").dark, false);
});

test("when nobody answers, all are silent, and nobody alone", () => {
  const simulation = new Simulation({ pods: two }).run(5);
  const pods = simulation.pods;
  simulation.pods = [];
  simulation.run(60);
  assert.equal(simulation.cluster.silent, true);
  assert.match(simulation.texts("gone").join(), /^Nothing is answering: (aaa and bbb|bbb and aaa) are silent$/);
  simulation.pods = pods;
  simulation.run(10);
  assert.equal(simulation.cluster.silent, false);
  assert.match(simulation.texts("new").at(-1), /^Answers come again, after 60\.\d s without any$/);
  assert.equal(simulation.texts("gone").length, 1);
});

test("a pod that was quiet before a gap is not gone after it", () => {
  const simulation = new Simulation({ pods: [two[0]] }).run(0.2);
  simulation.cluster.see({ pod: "bbb", version: "v1", node: "node-2" }, simulation.time);
  simulation.run(0.8);
  simulation.pods = [];
  simulation.run(10);
  simulation.pods = two.map(({ id, node }) => ({ pod: id, node, version: "v1" }));
  simulation.run(10);
  assert.equal(simulation.texts("gone").length, 1);
});

test("nobody was silent in a pause of the page", () => {
  const simulation = new Simulation({ pods: two }).run(5);
  simulation.time += 60_000;
  simulation.cluster.start(simulation.time);
  simulation.run(5);
  assert.deepEqual(simulation.texts("gone"), []);
});

test("a living pod keeps its colour through releases, kills, and scaling, and no two living pods share one", () => {
  for (let seed = 1; seed <= 30; seed++) {
    const simulation = new Simulation({ pods: several(1 + (seed % 8)), seed }).run(3);
    const colours = new Map();
    for (let step = 0; step < 20; step++) {
      simulation.add({ id: `${seed}-${step}`, node: "node-1", version: step < 10 ? "v1" : "v2" });
      simulation.run(6);
      simulation.remove(simulation.pods[0].pod);
      simulation.run(6);
      const living = simulation.cluster.living;
      assert.equal(new Set(living.map(({ colour }) => colour)).size, living.length);
      for (const { name, colour } of living) assert.equal(colours.get(name) ?? colour, colour);
      for (const { name, colour } of living) colours.set(name, colour);
    }
  }
});

test("a pod that is restarted with another version keeps its colour, and gets another shape", () => {
  const simulation = new Simulation({ pods: two }).run(5);
  const { colour, shape } = simulation.pod("aaa");
  simulation.remove("aaa");
  simulation.add({ id: "aaa", node: "node-1", version: "v2" });
  simulation.run(1);
  assert.equal(simulation.pod("aaa").colour, colour);
  assert.notEqual(simulation.pod("aaa").shape, shape);
});

test("no node is forgotten that a pod answers from, however many there are", () => {
  const pods = Array.from({ length: 25 }, (_, i) => ({ id: `p${i}`, node: `node-${i}` }));
  const simulation = new Simulation({ pods }).run(30);
  assert.equal(simulation.cluster.nodes.size, 25);
});

test("what is kept of the cluster is bounded", () => {
  const simulation = new Simulation({ rate: 20 });
  for (let i = 0; i < 500; i++) {
    simulation.pods = [{ pod: `p${i}`, node: `node-${i}`, version: "v1" }];
    simulation.run(1);
  }
  assert.ok(simulation.cluster.nodes.size <= 101);
  assert.ok(simulation.cluster.pods.size <= 100);
});
