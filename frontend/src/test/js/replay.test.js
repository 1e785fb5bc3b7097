// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { read, Replay, write } from "../../main/resources/META-INF/resources/replay.js";
import { Page, randomFrom } from "./support.js";

/** @returns all that the page shows of a run */
const pictureOf = ({ time, timeOfDay, cluster, seconds, failures, events, ...run }) => ({
  time,
  timeOfDay,
  pods: [...cluster.pods.values()],
  nodes: [...cluster.nodes.values()].map(({ name, last, dark }) => ({ name, last, dark })),
  places: [...cluster.pods.values()].map((pod) => cluster.nodes.get(pod.node)?.places.of(pod)),
  silent: cluster.silent,
  seconds,
  failures,
  events,
  totals: [run.answered, run.failed, run.retried, run.running, run.slowed],
});
const copyOf = (run) => structuredClone({ ...pictureOf(run), gap: run.longestGap });

/** Two minutes in which everything happens, with what the page showed at some moments. */
async function eventful() {
  const random = randomFrom(1);
  const page = new Page(20);
  const shown = [];
  const pick = (...pods) => pods[Math.floor(random() * pods.length)];
  const run = (seconds, respond) => {
    page.respond = respond;
    return page.run(seconds);
  };
  let ticks = 0;
  const tick = page.traffic.tick.bind(page.traffic);
  page.traffic.tick = () => {
    if (++ticks % 49 === 0) shown.push(copyOf(page.traffic)); // nothing else comes in at this time
    tick();
  };
  page.traffic.see({ pod: "aaa", version: "v1", node: "node-1", colour: 7, message: "Hello" });
  await run(10, () => ({ pod: pick("aaa", "bbb"), took: 5 + 20 * random() }));
  page.traffic.fault("bbb", "slow", "Pod bbb answers 2 s later than usual", "slow in bbb", 5_000);
  await run(10, () => ({ pod: pick("aaa", "bbb"), took: 5 }));
  page.traffic.miss(["bbb"]);
  await run(20, () => ({ pod: pick("aaa", "ccc"), took: 5, connectedFor: pick(0, 5_000), attempts: pick(1, 1, 1, 2) }));
  page.traffic.miss(undefined);
  await run(10, () =>
    random() < 0.1 ? { pod: "aaa", sentence: "It failed. Try again." } : { pod: pick("aaa", "ccc") },
  );
  await run(8, (n, { onRetry }) => (onRetry({ busy: true }), { took: 500, busy: true, sentence: "Too busy." }));
  await run(12, () => undefined);
  page.clock += 600_000;
  for (const request of page.waiting) {
    request.at = page.time;
    request.result.took = 9_000;
  }
  await run(12, () => ({ pod: pick("ccc", "ddd") }));
  page.traffic.stop();
  await run(3, () => undefined);
  page.traffic.start();
  await run(20, () => ({ pod: pick("ccc", "ddd") }));
  return { page, shown };
}

const { page, shown } = await eventful();

test("a replay shows each second as it was, forwards and backwards", () => {
  const texts = page.texts.join("\n");
  for (const text of [
    "slow in bbb has ended",
    "no longer answers",
    "A request failed",
    "Slowed",
    "Nothing is answering",
  ])
    assert.ok(texts.includes(text), `${text} in\n${texts}`);
  const replay = new Replay(read(write(page.recording)));
  for (const moment of [...shown, ...shown.toReversed()]) {
    replay.seek(moment.time);
    assert.deepEqual(copyOf(replay.run), moment);
  }
});

test("a replay that plays is the same as one that jumps", () => {
  const replay = new Replay(page.recording);
  const { time } = shown.at(-1);
  for (let at = 0; at < time; at += 16.7) replay.seek(at);
  replay.seek(time);
  assert.deepEqual(copyOf(replay.run), shown.at(-1));
});

test("a run is as short as its responses", () => {
  const size = write(page.recording).length / page.traffic.answered;
  assert.ok(size < 16, `${size} bytes for each response`);
});

test("a file that is not a run is refused", () => {
  const entries = [[0, "start"]];
  for (const file of [
    "",
    "no JSON",
    "null",
    "[]",
    "{}",
    JSON.stringify({ format: "k8s-demo run 2", pods: [], entries }),
    ...[
      [],
      [0],
      [
        [0, "start"],
        [9, 0, 1],
      ],
      [
        [5, "start"],
        [-1, "stop"],
      ],
      [
        [0, "start"],
        [1e15, "stop"],
      ],
    ].map((broken) => JSON.stringify({ format: "k8s-demo run 1", pods: [], entries: broken })),
    JSON.stringify({ format: "k8s-demo run 1", pods: [{}], entries: [...entries, [1, 0, 1]] }),
    JSON.stringify({ format: "k8s-demo run 1", pods: [], entries: [...entries, [1, "advance", 1e9]] }),
  ])
    assert.throws(() => read(file), { message: "This file is not a run that this page has saved." }, file);
});
