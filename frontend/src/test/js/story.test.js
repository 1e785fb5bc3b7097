// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { Cluster } from "../../main/resources/META-INF/resources/cluster.js";
import { headline, situation, together } from "../../main/resources/META-INF/resources/story.js";

const events = [];
const cluster = new Cluster((kind, text, label, what) =>
  events.push({ kind, text, label, what, at: events.length * 200 }),
);
cluster.start(0);
const see = (pod, node, version = "v1") => cluster.see({ pod, node, version }, 100);

test("one pod that comes is named", () => {
  see("aaa", "node-1");
  assert.equal(headline(events, cluster), "Pod aaa on node-1 answers: version v1");
});

test("pods that come together are one sentence, and one label", () => {
  see("bbb", "node-2");
  see("ccc", "node-2");
  assert.equal(headline(events, cluster), "3 new pods: 3 on 2 nodes");
  assert.deepEqual(
    together(events).map(({ label, at }) => [label, at]),
    [["3 join", 0]],
  );
});

test("when nothing is new, it says what is", () => {
  assert.equal(situation(cluster, 1_000), "3 pods on 2 nodes answer");
  Object.assign(cluster.nodes.get("node-2"), { dark: true, last: 1_000 });
  assert.equal(situation(cluster, 6_000), "3 pods on 2 nodes answer. node-2 has been silent for 5 s");
});

test("while two versions respond, it compares them", () => {
  const two = new Cluster(() => {});
  two.start(0);
  const [old, canary] = ["v1", "v2"].map((version) => two.see({ pod: `of ${version}`, node: "node-1", version }, 0));
  for (let i = 0; i < 90; i++) two.count(old, { took: 20 }, 0);
  for (let i = 0; i < 8; i++) two.count(canary, { took: 300 }, 0);
  for (let i = 0; i < 2; i++) two.countFailure(canary, 0);
  assert.equal(
    situation(two, 0),
    "v1: 90 % of the requests, 0 % failed, median 20 ms. v2: 10 % of the requests, 20 % failed, median 300 ms",
  );
  two.check(9_000, { pause: 20, lastSign: 0 });
  assert.match(situation(two, 9_000), /^v1: 90 %/);
  two.check(10_100, { pause: 20, lastSign: 0 });
  assert.equal(situation(two, 10_100), "2 pods on 1 node answer");
});

test("what happened at other times, or is of another kind, is told apart", () => {
  const labels = together([
    { at: 0, kind: "new", what: "joined", label: "aaa joins" },
    { at: 2_000, kind: "gone", what: "silent", label: "aaa silent" },
    { at: 2_500, kind: "gone", what: "silent", label: "bbb silent" },
    { at: 2_600, kind: "fault", label: "slow in ccc" },
    { at: 2_700, kind: "fault", label: "hang in ccc" },
  ]);
  assert.deepEqual(
    labels.map(({ label }) => label),
    ["slow in ccc +1", "2 silent", "aaa joins"],
  );
});
