// SPDX-License-Identifier: Apache-2.0
// The form: submits a name without leaving the page, and shows which pod answered.
import { greet } from "./backend.js";

const form = document.getElementById("greeting-form");
const field = document.getElementById("name");
const problem = document.getElementById("problem");
const waiting = document.querySelector("#answer .waiting");
const invitation = document.querySelector("#answer .invitation");
const greeting = document.querySelector("#answer .greeting");

const QUICK = 150; // milliseconds: an answer within this time needs no "waiting"

let newest; // aborts the newest request

const WAITING = waiting.textContent;
form.noValidate = true; // our sentences, in our place, instead of the browser's bubbles

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  newest?.abort(); // the newest name wins: an earlier answer is never shown
  newest = new AbortController();
  const { signal } = newest;
  problem.textContent = "";
  invitation.hidden = true;
  field.removeAttribute("aria-invalid");
  waiting.textContent = WAITING;
  const timer = setTimeout(showWaiting, QUICK);
  const onRetry = ({ busy }) => {
    if (!signal.aborted)
      waiting.textContent = busy ? "The cluster is busy. Trying again …" : "No answer yet. Trying again …";
  };
  const result = await greet(field.value, { signal, onRetry });
  clearTimeout(timer);
  if (signal.aborted) return;
  if (result.ok) show(result);
  else fail(result);
});

function showWaiting() {
  greeting.hidden = true;
  waiting.hidden = false;
}

/** Everything goes in as text. The name has an element of its own, so it cannot change the direction of the rest. */
function show({ body, attempts }) {
  const { message, name, pod, version, node } = body;
  const at = message.lastIndexOf(`${name} from `);
  const parts = at < 0 ? ["", message, ""] : [message.slice(0, at), name, message.slice(at + name.length)];
  parts.forEach((part, i) => (greeting.querySelector(".message").children[i].textContent = part));
  greeting.querySelector(".pod").textContent = pod;
  greeting.querySelector(".version").textContent = version;
  greeting.querySelector(".node").textContent = node;
  greeting.querySelector(".node").parentElement.hidden = !node;
  greeting.querySelector(".attempts").textContent = attempts;
  greeting.querySelector(".attempts").parentElement.hidden = attempts === 1;
  waiting.hidden = true;
  greeting.hidden = false;
  document.dispatchEvent(new CustomEvent("greeted", { detail: body })); // for the map
}

/** Says what went wrong, and keeps what was typed. The backend knows the rules of names; it says 400 if one is broken. */
function fail({ sentence, status }) {
  invitation.hidden = waiting.hidden = greeting.hidden = true;
  problem.textContent = sentence;
  if (status === 400) field.setAttribute("aria-invalid", "true");
  field.focus();
}
