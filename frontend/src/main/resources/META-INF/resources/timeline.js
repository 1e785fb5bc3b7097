// SPDX-License-Identifier: Apache-2.0
// The last minute: one bar per second, by pod, and what happened, written where it happened. In a rollout, one set of colours
// takes over from another; failures are red, and a ring stands above a second in which an answer needed another attempt.
import { colours, prepare } from "./canvas.js";
import { shapeOf } from "./colours.js";
import { now } from "./traffic.js";

const FEWEST_SECONDS = 20; // so many at first, so that there is something to see …
const MOST_SECONDS = 60; // … and so many in the end
const ROWS = 3; // of labels
const TOGETHER = 1_500; // milliseconds: what happens within this time shares a label

/** @returns {string} where it begins */
export function drawTimeline(canvas, traffic) {
  const { pen, width, height } = prepare(canvas);
  const palette = colours();
  const last = Math.floor(now() / 1000);
  const age = last - (traffic.seconds[0]?.second ?? -Infinity) + 2;
  const seconds = Math.min(MOST_SECONDS, Math.max(FEWEST_SECONDS, age));
  const bar = width / seconds;
  const shown = traffic.seconds.filter(({ second }) => second > last - seconds);
  const count = ({ pods, failed }) => [...pods.values()].reduce((sum, { answers }) => sum + answers, failed);
  const highest = Math.max(10, ...shown.map(count));
  const line = Math.min(28, Math.max(14, height / 7.5)); // the height of a label
  const top = (ROWS + 0.5) * line;
  const dress = ([name, cell]) => ({ ...cell, shape: shapeOf(cell.version), colour: traffic.pods.get(name).colour });
  for (const second of shown) {
    const x = width - (last - second.second + 1) * bar;
    let y = height - 1;
    const stack = (part, colour) => {
      const h = (part / highest) * (height - top);
      pen.fillStyle = colour;
      pen.fillRect(x, y - h, Math.max(1, bar - 1), h);
      y -= h;
    };
    const cells = [...second.pods].map(dress).sort((a, b) => a.shape - b.shape || a.colour - b.colour);
    for (const cell of cells) stack(cell.answers, palette[`--pod-${cell.colour}`]);
    if (second.failed) {
      stack(Math.max(second.failed, highest / 12), palette["--alarm"]);
    } else if (cells.some(({ retried }) => retried)) {
      pen.strokeStyle = palette["--ink"];
      pen.lineWidth = 2;
      pen.beginPath();
      pen.arc(x + bar / 2, y - 7, 4, 0, 7);
      pen.stroke();
    }
  }
  pen.fillStyle = palette["--line"];
  pen.fillRect(0, height - 1, width, 1);
  const place = (time) => width - (last + 1 - time / 1000) * bar;
  writeEvents(pen, traffic.events, { palette, width, height, line, place });
  return seconds === MOST_SECONDS ? "a minute ago" : `${seconds} s ago`;
}

/** The newest events first: where all rows are taken, an older one is only a line. */
function writeEvents(pen, events, { palette, width, height, line, place }) {
  const free = Array(ROWS).fill(width); // in each row, everything left of here
  const labels = [];
  pen.font = `600 ${line * 0.78}px system-ui, "Segoe UI", Roboto, sans-serif`;
  pen.textBaseline = "middle";
  for (const { at, kind, text, more } of merge(events)) {
    const x = place(at);
    if (x < 0) break;
    const label = more ? `${text} +${more}` : text;
    const room = pen.measureText(label).width + line * 0.6;
    const left = Math.min(x, width - room);
    const row = free.findIndex((end) => left + room <= end);
    pen.fillStyle = palette[{ gone: "--ink", failed: "--alarm", new: "--accent" }[kind] ?? "--quiet"];
    pen.globalAlpha = row < 0 ? 0.4 : 1;
    pen.fillRect(x, row < 0 ? ROWS * line : row * line, 1.5, height);
    if (row < 0) continue;
    free[row] = left - line / 2;
    labels.push({ label, room, x: left, y: row * line, colour: pen.fillStyle, isBeside: left === x });
  }
  pen.globalAlpha = 1;
  for (const { label, room, x, y, colour, isBeside } of labels) {
    pen.fillStyle = palette["--paper"]; // no line of another event goes through it
    pen.fillRect(x + (isBeside ? 1.5 : 0), y, room, line);
    pen.fillStyle = colour;
    pen.fillText(label, x + line * 0.3, y + line / 2);
  }
}

/** @returns those of one kind that happened together as one, newest first: {at, kind, text: of the first, more} */
function merge(events) {
  const merged = [];
  for (const { at, kind, label } of events.toReversed()) {
    const newest = merged.at(-1);
    if (newest?.kind === kind && newest.at - at < TOGETHER) Object.assign(newest, { at, text: label, more: newest.more + 1 });
    else merged.push({ at, kind, text: label, more: 0 });
  }
  return merged;
}
