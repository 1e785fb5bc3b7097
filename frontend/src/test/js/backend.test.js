// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { greet, injectFault, send } from "../../main/resources/META-INF/resources/backend.js";

let time; // of performance.now()
let requests; // {path, signal, respond(status, body, headers), fail()}

beforeEach(() => {
  mock.restoreAll();
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  time = 0;
  requests = [];
  mock.method(performance, "now", () => time);
  mock.method(globalThis, "fetch", (path, { signal }) => {
    const { promise, resolve, reject } = withResolvers();
    signal.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
    const respond = (status, body, headers = {}) => resolve(new Response(body, { status, headers }));
    requests.push({ path, signal, respond, fail: () => reject(new TypeError("network")) });
    return promise;
  });
});

function withResolvers() {
  const result = {};
  result.promise = new Promise((resolve, reject) => Object.assign(result, { resolve, reject }));
  return result;
}

/** Lets everything go on that does not wait for time. To read a body may take several turns. */
async function settle() {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}

async function pass(milliseconds) {
  await settle();
  for (let left = milliseconds; left > 0; left -= 10) {
    time += 10;
    mock.timers.tick(10);
    await settle();
  }
}

const HELLO = JSON.stringify({ message: "Hello Ana from aaa!", name: "Ana", pod: "aaa", version: "v1" });

test("a request that is answered is sent once", async () => {
  const result = greet("Ana");
  requests[0].respond(200, HELLO);
  const { ok, attempts, body } = await result;
  assert.deepEqual([ok, attempts, body.pod], [true, 1, "aaa"]);
});

test("a response says what the frontend knows of its pod, and stays as it is without one", async () => {
  const bodies = [
    [
      { "Pod-Connected-For": "40", "Pod-Colour": "0" },
      { pod: "aaa", connectedFor: 40, colour: 0 },
    ],
    [{ "Pod-Connected-For": "0" }, { pod: "aaa", connectedFor: 0 }],
    [{}, { pod: "aaa" }],
  ];
  for (const [headers, expected] of bodies) {
    const result = greet("Ana");
    await settle();
    requests.at(-1).respond(200, '{"pod":"aaa"}', headers);
    assert.deepEqual((await result).body, expected);
  }
  const rows = send("/room/code");
  await settle();
  requests.at(-1).respond(200, '["# #"]');
  assert.deepEqual((await rows).body, ["# #"]);
});

test("a request that breaks is sent again, ever more seldom, and given up after ten seconds", async () => {
  const result = greet("Ana");
  for (let i = 0; i < 1_100; i++) {
    requests.at(-1).fail();
    await pass(10);
  }
  const { ok, sentence, attempts } = await result;
  assert.equal(ok, false);
  assert.match(sentence, /cannot be reached/);
  assert.equal(attempts, requests.length);
  assert.ok(requests.length > 5 && requests.length < 15, `${requests.length} requests`);
});

test("an attempt that hangs is given up, which closes its connection, and made again", async () => {
  const retried = [];
  const result = greet("Ana", { onRetry: (failure) => retried.push(failure.sentence) });
  await pass(2_300);
  assert.equal(requests[0].signal.aborted, false, "a pod may be as slow as two seconds");
  await pass(800);
  assert.equal(requests[0].signal.aborted, true);
  assert.equal(requests.length, 2);
  assert.match(retried[0], /No answer came in time/);
  requests[1].respond(200, HELLO);
  assert.equal((await result).attempts, 2);
});

test("after an attempt that hung, the next one uses the connection of the next response", async () => {
  const hung = greet("Ana");
  await pass(2_510);
  const other = greet("Bob");
  assert.equal(requests.length, 2);
  requests[1].respond(200, HELLO);
  await other;
  await settle();
  assert.equal(requests.length, 3);
  requests[2].respond(200, HELLO);
  assert.equal((await hung).attempts, 2);
});

test("a request whose attempts all hang is given up after ten seconds", async () => {
  const result = greet("Ana");
  await pass(10_100);
  const { ok, sentence } = await result;
  assert.equal(ok, false);
  assert.match(sentence, /No answer came in time/);
  assert.ok(requests.every(({ signal }) => signal.aborted));
});

test("it waits as long as a busy cluster asks for, or half as long again", async () => {
  for (const [random, wait] of [
    [0, 2_000],
    [0.99, 2_990],
  ]) {
    mock.method(Math, "random", () => random);
    requests = [];
    const retried = [];
    const result = greet("Ana", { onRetry: ({ busy }) => retried.push(busy) });
    requests[0].respond(503, '{"detail":"Too busy."}', { "Retry-After": "2" });
    await pass(wait - 10);
    assert.equal(requests.length, 1);
    await pass(10);
    assert.equal(requests.length, 2);
    assert.deepEqual(retried, [true]);
    requests[1].respond(200, HELLO);
    assert.equal((await result).ok, true);
  }
});

test("a load balancer that finds no frontend is asked again, after half a second", async () => {
  mock.method(Math, "random", () => 0);
  const result = greet("Ana");
  requests[0].respond(502, "<h1>Bad Gateway</h1>");
  await pass(490);
  assert.equal(requests.length, 1);
  await pass(10);
  requests[1].respond(200, HELLO);
  assert.equal((await result).attempts, 2);
});

test("a failure of the apps is a failure, with its sentence and its pod", async () => {
  for (const status of [400, 500, 502, 503, 504]) {
    requests = [];
    const result = greet("Ana");
    requests[0].respond(status, '{"detail":"This is why.","pod":"aaa"}');
    const { ok, sentence, pod, attempts } = await result;
    assert.deepEqual([ok, sentence, pod, attempts], [false, "This is why.", "aaa", 1]);
  }
});

test("whoever aborts a request gets no second attempt", async () => {
  const newer = new AbortController();
  const result = greet("Ana", { signal: newer.signal });
  newer.abort();
  assert.equal((await result).ok, false);
  assert.equal(requests.length, 1);
});

test("a fault strikes once, even if its response is lost", async () => {
  const result = injectFault("slow", { pod: "aaa" });
  requests[0].fail();
  assert.match((await result).sentence, /cannot be reached/);
  assert.deepEqual(
    requests.map(({ path }) => path),
    ["/api/faults/slow?pod=aaa"],
  );
});
