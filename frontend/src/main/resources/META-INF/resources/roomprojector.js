// SPDX-License-Identifier: Apache-2.0
// What the projector shows where phones join: the QR code of their page, and the question. The room predicts how many requests
// will fail, the leader breaks something, and the page counts. Only the machine that opened the room may ask.
import { send } from "./backend.js";
import { byId } from "./dom.js";
import { count } from "./format.js";
import { traffic } from "./live.js";
import { ask, followRoom, outcomeOf } from "./roomstate.js";

const invitation = byId("invitation");
const STEPS = { open: "Close the vote", closed: "Who was right?" }; // what the button says, and otherwise:
const DONE = "Done";

let question = "over";
let before; // the numbers of the traffic when the vote was closed

/** @returns what has happened since the vote was closed */
function since() {
  const { answered, failed } = traffic;
  return before && { answered: answered - before.answered, failed: failed - before.failed };
}

function show(state) {
  if (!state) return; // perhaps the next time
  const { url, question: current, predicted, mayAsk } = state;
  invitation.querySelector("p").textContent = url;
  byId("join").hidden = false;
  if (current === "closed" && question !== "closed") before = { answered: traffic.answered, failed: traffic.failed };
  const isDecided = !["over", "open", "closed"].includes(current);
  const all = Object.values(predicted).reduce((sum, number) => sum + number);
  byId("ask").hidden = !mayAsk || current !== "over";
  byId("question").hidden = current === "over";
  for (const bar of byId("question").querySelectorAll("li")) {
    const number = predicted[bar.dataset.prediction];
    bar.style.setProperty("--share", all ? number / all : 0);
    bar.querySelector("output").textContent = number;
    bar.className = !isDecided ? "" : bar.dataset.prediction === current ? "right" : "wrong";
  }
  byId("verdict").textContent = isDecided ? `${predicted[current]} of ${all} ${all === 1 ? "was" : "were"} right.` : "";
  if (!isDecided || question !== current) showTally(current, all);
  question = current;
  byId("next").hidden = !mayAsk;
  byId("next").textContent = STEPS[current] ?? DONE;
  byId("next").disabled = current === "closed" && !outcomeOf(since(), traffic.cluster.silent);
}

function showTally(current, all) {
  const { answered, failed } = since() ?? {};
  const counted = answered === undefined ? "" : `${failed} of ${count(answered + failed, "request")} failed.`;
  byId("tally").textContent = current === "open" ? `Tap on your phone. ${count(all, "prediction")}.` : counted;
}

async function go(next) {
  const { body } = await ask(next);
  show(body);
}

byId("join").addEventListener("click", async () => {
  invitation.showModal();
  const { body: rows } = await send("/room/code"); // rows, in which # is dark
  const dark = rows?.flatMap((row, y) => [...row].map((module, x) => (module === "#" ? `M${x} ${y}h1v1h-1z` : "")));
  if (!dark) return; // the URL is there
  invitation.querySelector("svg").setAttribute("viewBox", `0 0 ${rows.length} ${rows.length}`);
  invitation.querySelector("path").setAttribute("d", dark.join(""));
});
invitation.querySelector("button").addEventListener("click", () => invitation.close());
byId("ask").addEventListener("click", async () => {
  await go("open");
  byId("next").focus();
});
byId("next").addEventListener("click", () => {
  if (question === "open" && !traffic.running) byId("start").click();
  if (question === "open") go("closed");
  else go(question === "closed" ? outcomeOf(since(), traffic.cluster.silent) : "over");
});
const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: "roomprojector.css" });
style.addEventListener("load", () => followRoom(traffic, show));
document.head.append(style);
