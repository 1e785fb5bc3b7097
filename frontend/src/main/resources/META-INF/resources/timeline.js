// SPDX-License-Identifier: Apache-2.0
// The last minute: one bar per second, by pod, and what happened, written where it happened. In a rollout, one set of colours
// takes over from another; failures are hatched in red, seconds in which nobody answered in grey, and a ring stands above a
// second in which an answer needed another attempt.
import { palette, prepare } from "./dom.js";
import { together } from "./story.js";

const FEWEST_SECONDS = 20; // so many at first, so that there is something to see …
const MOST_SECONDS = 60; // … and so many in the end
const ROWS = 3; // of labels
const HATCH = 6; // pixels between two lines
const FADED = 0.3; // what came after the moment

/** @returns {number} how many seconds of a run the timeline shows, up to its end */
export function windowOf({ time, seconds }) {
  const age = Math.floor(time / 1000) - (seconds[0]?.second ?? -Infinity) + 2;
  return Math.min(MOST_SECONDS, Math.max(FEWEST_SECONDS, age));
}

/** @returns {number} the time of the run that is drawn at x, in pixels from the left */
export function timeAt({ clientWidth: width }, run, x) {
  return (Math.floor(run.time / 1000) + 1 - ((width - x) / width) * windowOf(run)) * 1000;
}

/**
 * Draws the last minute of a run.
 *
 * @param {number} moment the time to mark, if it is not the end; what came later is faded
 */
export function drawTimeline(canvas, run, moment) {
  const { pen, width, height } = prepare(canvas);
  const colours = palette();
  const last = Math.floor(run.time / 1000);
  const seconds = windowOf(run);
  const bar = width / seconds;
  const shown = run.seconds.filter(({ second }) => second > last - seconds);
  const total = ({ pods, failed }) => [...pods.values()].reduce((sum, { answers }) => sum + answers, failed);
  const highest = Math.max(10, ...shown.map(total));
  const line = 1.2 * parseFloat(getComputedStyle(canvas).fontSize); // the height of a label
  const top = (ROWS + 0.5) * line;
  for (const { second, pods, failed, silent } of shown) {
    const x = width - (last - second + 1) * bar;
    let y = height - 1;
    pen.globalAlpha = second * 1000 > moment ? FADED : 1;
    const heightOf = (part) => (part / highest) * (height - top);
    const entries = [...pods.values()].sort((a, b) => a.shape - b.shape || a.colour - b.colour);
    for (const { answers, colour } of entries) {
      y -= heightOf(answers);
      pen.fillStyle = colours[`--pod-${colour}`];
      pen.fillRect(x, y, Math.max(1, bar - 1), heightOf(answers));
    }
    if (silent) hatch(pen, colours["--quiet"], { x, y: top, width: bar, height: y - top });
    if (failed) {
      const failures = heightOf(Math.max(failed, highest / 6));
      hatch(pen, colours["--alarm"], { x, y: y - failures, width: Math.max(1, bar - 1), height: failures });
    } else if (entries.some(({ retried }) => retried)) {
      pen.strokeStyle = colours["--ink"];
      pen.lineWidth = 2;
      pen.beginPath();
      pen.arc(x + bar / 2, y - line / 3, line / 5, 0, 7);
      pen.stroke();
    }
  }
  pen.globalAlpha = 1;
  pen.fillStyle = colours["--line"];
  pen.fillRect(0, height - 1, width, 1);
  const place = (time) => width - (last + 1 - time / 1000) * bar;
  const events = run.events.filter(({ at }) => at <= moment);
  writeEvents(pen, events, { colours, width, height, line, place });
  pen.fillStyle = colours["--ink"];
  if (moment < run.time) pen.fillRect(place(moment) - line / 12, top, line / 6, height);
}

/** Fills a rectangle with slanting lines, which go on in the rectangle beside it. */
function hatch(pen, colour, { x, y, width, height }) {
  pen.save();
  pen.beginPath();
  pen.rect(x, y, width, height);
  pen.clip();
  pen.strokeStyle = colour;
  pen.lineWidth = 2;
  pen.beginPath();
  for (let start = x + y - ((x + y) % HATCH); start < x + width + y + height; start += HATCH) {
    pen.moveTo(start - y, y);
    pen.lineTo(start - y - height, y + height);
  }
  pen.stroke();
  pen.restore();
}

/** The newest events first: where all rows are taken, an older one is only a line. */
function writeEvents(pen, events, { colours, width, height, line, place }) {
  const free = Array(ROWS).fill(width); // in each row, everything left of here
  const labels = [];
  pen.font = `600 ${line * 0.78}px system-ui, "Segoe UI", Roboto, sans-serif`;
  pen.textBaseline = "middle";
  for (const { at, kind, label } of together(events)) {
    const x = place(at);
    if (x < 0) break;
    const room = pen.measureText(label).width + line * 0.6;
    const left = Math.min(x, width - room);
    const row = free.findIndex((end) => left + room <= end);
    pen.fillStyle = colours[{ gone: "--ink", failed: "--alarm", new: "--accent" }[kind] ?? "--quiet"];
    pen.globalAlpha = row < 0 ? 0.4 : 1;
    pen.fillRect(x, row < 0 ? ROWS * line : row * line, 1.5, height);
    if (row < 0) continue;
    free[row] = left - line / 2;
    labels.push({ label, room, x: left, y: row * line, colour: pen.fillStyle, isBeside: left === x });
  }
  pen.globalAlpha = 1;
  for (const { label, room, x, y, colour, isBeside } of labels) {
    pen.fillStyle = colours["--paper"]; // no line of another event goes through it
    pen.fillRect(x + (isBeside ? 1.5 : 0), y, room, line);
    pen.fillStyle = colour;
    pen.fillText(label, x + line * 0.3, y + line / 2);
  }
}
