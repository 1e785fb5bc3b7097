// The form: submits a name without leaving the page, and shows which pod answered.
import { greet } from "./backend.js";

const form = document.getElementById("greeting-form");
const field = document.getElementById("name");
const problem = document.getElementById("problem");
const answer = document.getElementById("answer");
const waiting = answer.querySelector(".waiting");
const greeting = answer.querySelector(".greeting");

const WAIT_BEFORE_SAYING_SO = 150; // milliseconds: a quick answer is not announced
const MAX_LENGTH = 100; // code points, as the backend counts them

form.noValidate = true; // our sentences, in our place, instead of the browser's bubbles

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (form.dataset.state === "waiting") return; // one at a time: the answer is on its way
  const rule = brokenRule(field.value);
  if (rule) return fail(rule, true);

  form.dataset.state = "waiting";
  problem.textContent = "";
  field.removeAttribute("aria-invalid");
  const timer = setTimeout(() => {
    greeting.hidden = true;
    waiting.hidden = false;
  }, WAIT_BEFORE_SAYING_SO);
  const result = await greet(field.value);
  clearTimeout(timer);
  waiting.hidden = true;
  if (!result.ok) return fail(result.sentence, result.field === "name");

  form.dataset.state = "answered";
  show(result.greeting);
});

/** Shows an answer; the text goes in as text, whatever it looks like. */
function show({ message, pod, version }) {
  greeting.querySelector(".message").textContent = message;
  greeting.querySelector(".pod").textContent = pod;
  greeting.querySelector(".version").textContent = version;
  greeting.hidden = false;
}

/** Says what went wrong, and leaves what was typed where it is. */
function fail(sentence, fieldIsToBlame) {
  form.dataset.state = "failed";
  greeting.hidden = true;
  problem.textContent = sentence;
  if (fieldIsToBlame) field.setAttribute("aria-invalid", "true");
  field.focus();
}

/** @returns {string|undefined} the rule that a name breaks, in a sentence; the backend has the last word */
function brokenRule(name) {
  if (name.trim() === "") return "Please type a name first.";
  if ([...name].length > MAX_LENGTH) {
    return `Please shorten the name: ${[...name].length} characters are more than ${MAX_LENGTH}.`;
  }
}
