// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { COLOURS, SHAPES, colourFor, shapeOf } from "../../main/resources/META-INF/resources/colours.js";
import { duration, percentile, shortName } from "../../main/resources/META-INF/resources/format.js";
import { Places } from "../../main/resources/META-INF/resources/places.js";
import { isBright } from "../../main/resources/META-INF/resources/roomstate.js";
import { randomFrom } from "./support.js";

const css = readFileSync(new URL("../../main/resources/META-INF/resources/style.css", import.meta.url), "utf8");
const [light, dark] = [css.slice(0, css.indexOf("@media")), css.slice(css.indexOf("@media"))];
const valueOf = (name, sheet) => sheet.match(new RegExp(`--${name}: (#[0-9a-f]{3,6});`))[1];
const pods = Array.from({ length: COLOURS }, (_, i) => valueOf(`pod-${i}`, light));

function linear(colour) {
  const digits = colour.length === 4 ? colour.replace(/\w/g, "$&$&") : colour;
  const parts = digits.match(/\w\w/g).map((part) => parseInt(part, 16) / 255);
  return parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
}

function contrast(a, b) {
  const luminance = (colour) => linear(colour).reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0.05);
  const [bright, less] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return bright / less;
}

/** @returns how different two colours look: their distance in Oklab (bottosson.github.io/posts/oklab) */
function difference(a, b) {
  const oklab = (colour) => {
    const [r, g, b] = linear(colour);
    const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
    const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
    const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
    return [
      0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
      1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
      0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
    ];
  };
  const other = oklab(b);
  return Math.hypot(...oklab(a).map((part, i) => part - other[i]));
}

test("the colour of every pod stands out from the page: WCAG 2.2, 1.4.11", () => {
  for (const sheet of [light, dark]) {
    for (const paper of [valueOf("paper", sheet), valueOf("card", sheet)]) {
      for (const pod of pods) assert.ok(contrast(pod, paper) >= 3, `${pod} on ${paper}: ${contrast(pod, paper)}`);
    }
  }
});

test("text on the colour of every pod can be read: WCAG 2.2, 1.4.3", () => {
  for (const pod of pods) {
    const text = isBright(pod) ? "#000" : "#fff";
    assert.ok(contrast(pod, text) >= 4.5, `${text} on ${pod}: ${contrast(pod, text)}`);
  }
});

test("a failure does not look like a pod, and no pod like another", () => {
  for (const alarm of [valueOf("alarm", light), valueOf("alarm", dark)]) {
    for (const pod of pods) assert.ok(difference(pod, alarm) > 0.15, `${pod} and ${alarm}: ${difference(pod, alarm)}`);
  }
  for (const a of pods)
    for (const b of pods) assert.ok(a === b || difference(a, b) > 0.1, `${a} and ${b}: ${difference(a, b)}`);
});

test("up to ten pods have colours of their own, and an eleventh has one, too", () => {
  const random = randomFrom(1);
  for (let room = 0; room < 500; room++) {
    const known = [];
    for (let i = 0; i < COLOURS; i++) {
      known.push({ colour: colourFor(`pod-${Math.floor(random() * 1e9)}`, known), gone: false });
    }
    assert.equal(new Set(known.map(({ colour }) => colour)).size, COLOURS);
    assert.ok(colourFor("eleventh", known) < COLOURS);
  }
});

test("a newcomer takes a colour that nobody has had, rather than that of one that is gone", () => {
  const known = Array.from({ length: 9 }, (_, colour) => ({ colour, gone: true }));
  assert.equal(colourFor("new", known), 9);
  known.push({ colour: 9, gone: false });
  assert.notEqual(colourFor("new", known), 9);
});

test("releases in a row have different shapes", () => {
  for (const [a, b] of [
    ["v1", "v2"],
    ["v2", "v3"],
    ["v9", "v10"],
    ["1.2.3", "1.2.4"],
  ])
    assert.notEqual(shapeOf(a), shapeOf(b));
  for (const version of ["", "v0", "latest", "v1-rc"]) assert.ok(shapeOf(version) < SHAPES.length);
});

test("a name of a Deployment's pod is as short as it can be, and others stay", () => {
  assert.equal(shortName("k8s-demo-backend-6f7d8c9b5-x7k2p"), "x7k2p");
  for (const name of ["production-server", "backend-0", "localhost", "a-machine.example"])
    assert.equal(shortName(name), name);
});

test("durations read well", () => {
  assert.deepEqual(
    [30, 1_520, 119_000, 3_600_000].map((ms) => duration(ms)),
    ["30 ms", "1.5 s", "119.0 s", "60 min"],
  );
  assert.deepEqual(
    [30, 1_520].map((ms) => duration(ms, 0)),
    ["0 s", "2 s"],
  );
});

test("a percentile is one of the values", () => {
  assert.equal(percentile([5, 1, 9], 0.5), 5);
  assert.equal(percentile([5, 1, 9], 0.95), 9);
  assert.ok(Number.isNaN(percentile([], 0.5)));
});

test("a pod keeps its place, and a newcomer takes the empty one", () => {
  const places = new Places();
  const [a, b, c, d] = [{}, {}, {}, {}];
  assert.deepEqual(
    [a, b, c].map((pod) => places.take(pod)),
    [0, 1, 2],
  );
  a.gone = true;
  assert.equal(places.take(b), 1);
  assert.equal(places.take(d), 0);
  assert.ok(!places.of(a) >= 0);
  places.free(b);
  assert.deepEqual(places.empty, [1]);
  assert.deepEqual([places.take(c), places.take(d)], [2, 0]);
});

test("when more places are empty than not, the others close ranks", () => {
  const places = new Places();
  const all = Array.from({ length: 5 }, () => ({}));
  for (const pod of all) places.take(pod);
  places.free(all[0]);
  places.free(all[1]);
  assert.equal(places.take(all[4]), 4);
  places.free(all[2]);
  assert.deepEqual([places.take(all[3]), places.take(all[4])], [0, 1]);
});

test("no background fades, because the text on it changes at once", () => {
  for (const file of ["style.css", "room.css", "roomprojector.css"]) {
    const sheet = readFileSync(new URL(`../../main/resources/META-INF/resources/${file}`, import.meta.url), "utf8");
    assert.doesNotMatch(sheet, /transition:[^;]*(background|color|all)/, file);
  }
});
