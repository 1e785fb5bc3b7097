// The live traffic as files, for the report of a workshop: CSV (a row a second and pod) and PNG (what the page shows).
import { percentile } from "./traffic.js";

export function saveCsv(traffic) {
  const rows = [["time", "pod", "version", "answered", "failed", "p50_ms", "p95_ms"]];
  for (const { second, pods, failed } of traffic.seconds) {
    const time = new Date(second * 1000).toISOString();
    for (const [pod, { version, answers, took }] of pods) {
      rows.push([time, pod, version, answers, 0, percentile(took, 0.5), percentile(took, 0.95)]);
    }
    if (failed) rows.push([time, "", "", 0, failed, "", ""]);
  }
  save(new Blob([rows.map((row) => row.map(quote).join(",") + "\r\n").join("")], { type: "text/csv" }), "csv");
}

/** RFC 4180; and no cell that a spreadsheet would take for a formula. */
function quote(value) {
  const text = String(value).replace(/^[=+\-@]/, "'$&");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function savePng(traffic, canvases) {
  const head = 60;
  const picture = document.createElement("canvas");
  picture.width = Math.max(...canvases.map((canvas) => canvas.width));
  picture.height = head + canvases.reduce((sum, canvas) => sum + canvas.height + 20, 0);
  const style = getComputedStyle(document.documentElement);
  const pen = picture.getContext("2d");
  pen.fillStyle = style.getPropertyValue("--paper");
  pen.fillRect(0, 0, picture.width, picture.height);
  pen.fillStyle = style.getPropertyValue("--ink");
  pen.font = "600 24px system-ui, sans-serif";
  const gap = Math.round(traffic.longestGap);
  pen.fillText(`${traffic.answered} answered, ${traffic.failed} failed, longest gap ${gap} ms, ${new Date().toLocaleString()}`, 10, 36);
  let y = head;
  for (const canvas of canvases) {
    pen.drawImage(canvas, 0, y);
    y += canvas.height + 20;
  }
  picture.toBlob((blob) => save(blob, "png"));
}

function save(blob, type) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `live-traffic-${new Date().toISOString().slice(0, 19).replaceAll(":", "")}.${type}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
