// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mock, test } from "node:test";
import { followRoom, outcomeOf, sentenceFor } from "../../main/resources/META-INF/resources/roomstate.js";
import { Traffic } from "../../main/resources/META-INF/resources/traffic.js";

const read = (file) =>
  readFileSync(new URL(`../../main/resources/META-INF/resources/${file}`, import.meta.url), "utf8");

test("what came true is known when a request has failed, or when all have been answered", () => {
  assert.equal(outcomeOf({ answered: 0, failed: 0 }, false), undefined);
  assert.equal(outcomeOf({ answered: 100, failed: 0 }, false), "none");
  assert.equal(outcomeOf({ answered: 100, failed: 0 }, true), undefined, "those that wait may still fail");
  assert.equal(outcomeOf({ answered: 100, failed: 1 }, true), "few");
  assert.equal(outcomeOf({ answered: 0, failed: 5 }, true), "all");
});

test("a phone asks, repeats what was tapped, and says who was right", () => {
  for (const [question, yours, sentence] of [
    ["over", "none", ""],
    ["open", undefined, "How many requests will fail?"],
    ["open", "few", "You say: a few."],
    ["closed", "few", "You said: a few. Now watch."],
    ["closed", undefined, "The vote is closed. Now watch."],
    ["none", "none", "You were right! No request failed."],
    ["few", "all", "You said: all. Some requests failed, but not all."],
    ["all", undefined, "The vote is closed. All requests failed."],
  ])
    assert.equal(sentenceFor({ question, yours }), sentence);
});

test("who follows the room tells the cluster which pods respond, and ends where there is no room", async () => {
  globalThis.document = { hidden: false };
  mock.method(globalThis, "setTimeout", setImmediate);
  const responses = [Response.json({ pods: ["a"] }), Response.json({ pods: [] }), new Response(null, { status: 204 })];
  globalThis.fetch = async () => responses.shift();
  const traffic = new Traffic();
  const states = [];
  traffic.see({ pod: "a", version: "v1", colour: 7 });
  traffic.see({ pod: "b", version: "v1" });
  traffic.advance(100);
  await followRoom(traffic, (state) => states.push([state?.pods, [...(traffic.cluster.missing ?? "-")]]));
  assert.deepEqual(states, [
    [["a"], ["b"]],
    [[], ["-"]],
    [undefined, ["-"]],
  ]);
  assert.equal(traffic.cluster.pods.get("a").colour, 7);
});

test("the page of the phones loads all its modules at once: each round trip delays the first colour", () => {
  const modules = new Set(["room.js"]);
  for (const module of modules) {
    for (const [, other] of read(module).matchAll(/from "\.\/(.*)"/g)) modules.add(other);
  }
  const html = read("room.html");
  const loaded = [...html.matchAll(/(?:modulepreload" href|module" src)="\/(.*?)"/g)].map(([, file]) => file);
  assert.deepEqual(loaded.sort(), [...modules].sort());
});
