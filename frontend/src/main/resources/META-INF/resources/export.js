// SPDX-License-Identifier: Apache-2.0
// The live traffic as files: CSV (one row per second and pod) and PNG (the timeline).
import { colours } from "./canvas.js";
import { duration, now, percentile } from "./traffic.js";

export function saveCsv(traffic) {
  const rows = [["time", "pod", "version", "node", "answered", "failed", "attempts", "p50_ms", "p95_ms"]];
  for (const { second, pods, failed, failedAttempts } of traffic.seconds) {
    const time = new Date(second * 1000).toISOString();
    for (const [pod, { version, node, answers, attempts, took }] of pods) {
      rows.push([time, pod, version, node ?? "", answers, 0, attempts, percentile(took, 0.5), percentile(took, 0.95)]);
    }
    if (failed) rows.push([time, "", "", "", 0, failed, failedAttempts, "", ""]);
  }
  save(new Blob([rows.map((row) => row.map(quote).join(",") + "\r\n").join("")], { type: "text/csv" }), "csv");
}

/** Quotes as in RFC 4180, and keeps spreadsheets from running a cell as a formula. */
function quote(value) {
  const text = String(value).replace(/^[=+\-@]/, "'$&");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function savePng(traffic, timeline) {
  const head = 60;
  const palette = colours();
  const picture = document.createElement("canvas");
  picture.width = timeline.width;
  picture.height = head + timeline.height;
  const pen = picture.getContext("2d");
  pen.fillStyle = palette["--paper"];
  pen.fillRect(0, 0, picture.width, picture.height);
  pen.fillStyle = palette["--ink"];
  pen.font = "600 24px system-ui, sans-serif";
  const { answered, failed, retried, longestGap } = traffic;
  const time = new Date(now()).toLocaleString();
  pen.fillText(`${answered} answered, ${failed} failed, ${retried} retried, longest gap ${duration(longestGap)}, ${time}`, 10, 36);
  pen.drawImage(timeline, 0, head);
  picture.toBlob((blob) => save(blob, "png"));
}

function save(blob, type) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `live-traffic-${new Date(now()).toISOString().slice(0, 19).replaceAll(":", "")}.${type}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
