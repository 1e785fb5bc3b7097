// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { Run } from "../../main/resources/META-INF/resources/run.js";
import { Page } from "./support.js";

test("every request is answered, failed, or on its way, and pods share the answers", async () => {
  const page = new Page();
  await page.run(10);
  const { sent, answered, failed, retried, cluster } = page.traffic;
  assert.ok(sent > 480 && sent <= 501, `${sent} sent`);
  assert.ok(sent - answered <= 1);
  assert.deepEqual([failed, retried], [0, 0]);
  assert.equal(cluster.pods.get("aaa").responses + cluster.pods.get("bbb").responses, answered);
});

test("at most five requests are on their way, and what could not be sent is not made up for", async () => {
  const page = new Page();
  page.respond = () => undefined;
  await page.run(9);
  assert.equal(page.traffic.sent, 5);
  page.respond = () => ({ pod: "aaa" });
  for (const request of page.waiting) request.at = page.time;
  await page.run(1);
  assert.ok(page.traffic.sent < 70, `${page.traffic.sent} sent`);
});

test("an answer that needed another attempt is counted", async () => {
  const page = new Page();
  page.respond = (n) => ({ pod: "aaa", attempts: n === 3 ? 2 : 1 });
  await page.run(1);
  assert.equal(page.traffic.retried, 1);
  assert.equal(page.traffic.cluster.pods.get("aaa").retried, 1);
  assert.equal(page.traffic.seconds.filter(({ pods }) => pods.get("aaa")?.retried).length, 1);
});

test("a failure that names its pod is a sign of life, and is shown with it", async () => {
  const page = new Page();
  const failed = [];
  page.traffic.addEventListener("failed", ({ detail }) => failed.push(detail.pod?.name));
  await page.run(2);
  page.respond = (n) => (n % 2 ? { pod: "bbb", sentence: "It failed. Try again." } : { pod: "aaa" });
  await page.run(20);
  assert.ok(failed.length > 400);
  assert.ok(failed.every((name) => name === "bbb"));
  assert.equal(page.traffic.cluster.pods.get("bbb").gone, false);
  assert.equal(page.traffic.cluster.pods.size, 2);
  assert.equal(page.texts.filter((text) => text === "A request failed: It failed").length, 1);
  assert.equal(page.traffic.failures.length, 200);
});

test("a restart ends the faults of a pod", () => {
  const run = new Run();
  const greeting = { pod: "aaa", version: "v1", started: "10:00" };
  run.answer(greeting, 5, false);
  run.fault("aaa", "slow", "Slow", "slow", 30_000);
  run.advance(1_000);
  assert.equal(run.faultsOf("aaa"), "slow 29 s");
  run.answer({ ...greeting, started: "10:01" }, 5, false);
  assert.equal(run.faultsOf("aaa"), "");
  run.advance(60_000);
  assert.doesNotMatch(run.events.at(-1).text, /ended/);
});

test("a gap grows while nobody answers, and ends with an answer", async () => {
  const page = new Page();
  await page.run(5);
  const { respond } = page;
  page.respond = () => undefined;
  await page.run(4);
  assert.ok(page.traffic.longestGap > 3_900 && page.traffic.longestGap < 4_100);
  assert.ok(page.traffic.cluster.silent);
  assert.ok(page.traffic.seconds.at(-1).silent);
  page.respond = respond;
  for (const request of page.waiting)
    Object.assign(request, {
      at: page.time,
      result: { ok: true, attempts: 2, took: 5, body: { pod: "aaa", version: "v1", node: "node-1" } },
    });
  await page.run(2);
  assert.equal(page.traffic.cluster.silent, false);
  assert.ok(page.traffic.longestGap < 4_100);
});

test("slow pods are not silent", async () => {
  const page = new Page();
  page.respond = (n) => ({ pod: ["aaa", "bbb"][n % 2], took: 2_000 });
  await page.run(30);
  assert.ok(!page.texts.some((text) => /silent|no longer/.test(text)), page.texts.join("\n"));
});

test("it slows down while the cluster is busy, and speeds up again", async () => {
  const page = new Page();
  await page.run(3);
  page.respond = (n, { onRetry }) => {
    onRetry({ busy: true });
    return { took: 500, busy: true, sentence: "Too busy." };
  };
  await page.run(10);
  assert.ok(page.traffic.slowed);
  const texts = page.texts.filter((text) => text.startsWith("Slowed"));
  assert.match(texts.join(), /^Slowed to (\d+ requests?|less than one request) a second: the cluster is busy$/);
  assert.doesNotMatch(texts.join(), /to 0/);
  page.respond = () => ({ pod: "aaa" });
  await page.run(30);
  assert.ok(!page.traffic.slowed);
  assert.ok(page.texts.includes("Back to 50 requests a second"));
});

test("when nobody answers, that is said once, and not called slow, too", async () => {
  const page = new Page();
  await page.run(3);
  page.respond = () => undefined;
  await page.run(30);
  assert.equal(page.texts.filter((text) => text.startsWith("Nothing is answering")).length, 1);
  assert.ok(!page.texts.some((text) => text.startsWith("Slowed")));
});

test("a computer that slept is no gap and no failure, whether or not the page's clock slept, too", async () => {
  for (const clockOfThePageWentOn of [true, false]) {
    const page = new Page();
    await page.run(5);
    page.respond = () => undefined;
    await page.run(0.2); // these are on their way
    page.clock += 3_600_000;
    if (clockOfThePageWentOn) page.time += 3_600_000;
    page.respond = (n) => ({ pod: ["aaa", "bbb"][n % 2] });
    for (const request of page.waiting)
      Object.assign(request, { at: page.time, result: { ok: false, attempts: 3, sentence: "No answer." } });
    await page.run(5);
    const { failed, longestGap, events } = page.traffic;
    assert.equal(failed, 0);
    assert.ok(longestGap < 1_000, `gap ${longestGap}`);
    assert.equal(
      page.texts.at(-1),
      "The clock went on by 60 min while this page stood still: it sent nothing meanwhile",
    );
    assert.equal(events.at(-1).time.toISOString().slice(0, 16), "2026-11-30T13:00");
    assert.ok(!page.texts.some((text) => /no longer answers|Nothing/.test(text)));
  }
});

test("a clock that is set back changes no order and no duration", async () => {
  const page = new Page();
  await page.run(5);
  page.clock -= 3_600_000;
  await page.run(5);
  const seconds = page.traffic.seconds.map(({ second }) => second);
  assert.ok(
    seconds.every((second, i) => i === 0 || second === seconds[i - 1] + 1),
    seconds.join(),
  );
  assert.ok(page.traffic.longestGap < 1_000);
});

test("a stop is no gap", async () => {
  const page = new Page();
  await page.run(3);
  page.traffic.stop();
  await page.run(20);
  page.traffic.start();
  await page.run(3);
  assert.ok(page.traffic.longestGap < 1_000);
  assert.equal(page.texts.length, 2, "two pods");
});

test("what is kept is bounded, and the past keeps its colours", async () => {
  const page = new Page(10);
  await page.run(30);
  const before = structuredClone(page.traffic.seconds.slice(-20, -1));
  page.respond = (n) => ({ pod: `pod-${n}` });
  await page.run(40);
  assert.equal(page.traffic.seconds.length, 60);
  assert.ok(page.traffic.events.length <= 200);
  for (const entry of before)
    assert.deepEqual(
      page.traffic.seconds.find(({ second }) => second === entry.second),
      entry,
    );
});
