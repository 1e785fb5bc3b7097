// SPDX-License-Identifier: Apache-2.0
// All requests to the backend, through the page's own origin. No other module calls fetch.
//
// When a node dies, the connections to it hang, and so do some of the new ones until the cluster knows. A browser has only
// a few connections, so an attempt that hangs is aborted, which closes its connection, and made again on another one.

const CONNECTIONS = 6; // what a browser opens to one origin (HTTP/1.1)
const PATIENCE = 2_500; // milliseconds: a slow pod takes two seconds, and is no reason to ask another
const MOST_PATIENCE = 5_000; // the frontend waits three seconds for a pod before it asks another
const LITTLE_PATIENCE = 800; // while connections hang; the frontend gives up connecting to a dead node after 100, and may meet it a few times
const SILENCE = 500; // milliseconds without any answer are a reason to probe whether connections hang …
const PROBE_PATIENCE = 400; // … which one does that has not brought a file in this time …
const MOST_PROBE_PATIENCE = 2_000; // … or, after a long silence or in a slow network, in a longer one …
const HANGING_FOR = 5_000; // … and others may for as long as this
const TIMEOUT = 10_000; // of a request with all its attempts
const MAX_ATTEMPTS = 10;
const TICK = 100;

/** Whether a connection has just brought an answer, and is free: the browser uses it next, and it does not hang. */
export let hasProvenConnection = false;

const attempts = new Set(); // those on their way: {since, patience: () => milliseconds, abort}
const resting = new Set(); // retries that an answer wakes, one each: its connection works
let probes = 0; // on their way
let clock = 0; // milliseconds; stands still while the page does, for it cannot read an answer then
let lastTick = performance.now();
let lastAnswer = -Infinity;
let lastProbe = -Infinity;
let lastHang = -Infinity; // of a probe
let silentSince; // when the first attempt began that no answer has followed
let slowest = 0; // milliseconds that the slowest of the last answers took …
let quickest = 0; // … and the quickest, about

/**
 * Submits a name as the form does, if need be several times: that is harmless, because a greeting changes nothing.
 *
 * @param signal aborting it gives up
 * @param onRetry is called with the result of each attempt that is followed by another
 */
export function greet(name, { signal, onRetry } = {}) {
  const options = { method: "POST", body: new URLSearchParams({ name }) };
  return ask("/api/greetings", options, { signal, onRetry });
}

export function faultStatus() {
  return ask("/api/faults/status");
}

/** @returns {Promise<string>} the QR code of the room, as SVG with the address as its title; empty if there is no room */
export async function roomCode() {
  const response = await fetch("/room/code", { signal: AbortSignal.timeout(TIMEOUT) }).catch(() => undefined);
  return response?.status === 200 ? response.text() : "";
}

/** Starts a fault, and never two. With the settings {pod: its name}, any other pod answers 421. */
export function injectFault(fault, settings) {
  return ask(`/api/faults/${fault}?${new URLSearchParams(settings)}`, { method: "POST" }, { maxAttempts: 1 });
}

/**
 * Never rejects: every failure is a sentence for the person in front of the page.
 *
 * @returns {Promise<{attempts: number, took: number} & ({ok: true, answer: object} |
 *   {ok: false, status: number, busy: boolean, sentence: string, field?: string})>} took: milliseconds of the last attempt
 */
async function ask(path, options, { signal, onRetry, maxAttempts = MAX_ATTEMPTS } = {}) {
  const end = performance.now() + TIMEOUT;
  const stop = endsWith(AbortSignal.timeout(TIMEOUT), signal).signal;
  for (let n = 1; ; n++) {
    const begin = performance.now();
    const patience = () => (maxAttempts === 1 ? TIMEOUT : patienceOf(n));
    const { pause, ...result } = await attempt(path, options, stop, patience).then(read, (error) => explain(error, n));
    Object.assign(result, { attempts: n, took: performance.now() - begin });
    if (pause === undefined || stop.aborted || n === maxAttempts || performance.now() + pause > end) return result;
    onRetry?.(result);
    await rest(pause, result.status === 0);
  }
}

async function rest(milliseconds, mayWake) {
  let wake;
  await new Promise((resolve) => {
    wake = resolve;
    setTimeout(wake, milliseconds);
    if (mayWake) resting.add(wake);
  });
  resting.delete(wake);
}

/** @returns a controller that is aborted with any of these signals; phones from before 2024 do not have AbortSignal.any */
function endsWith(...signals) {
  const controller = new AbortController();
  for (const signal of signals) {
    if (signal?.aborted) controller.abort(signal.reason);
    signal?.addEventListener("abort", () => controller.abort(signal.reason));
  }
  return controller;
}

const isHanging = () => clock - lastHang < HANGING_FOR;
const silence = () => clock - (silentSince ?? clock);

/**
 * @returns {number} how long to wait for the nth attempt; longer where answers take longer, for a retry makes nothing faster.
 *   What seems to hang may be a slow network, which gets longer and longer chances, and fewer requests.
 */
function patienceOf(n) {
  const least = isHanging() ? Math.max(LITTLE_PATIENCE, silence() / 2) : n < 3 ? PATIENCE : MOST_PATIENCE;
  return Math.min(MOST_PATIENCE, Math.max(least, 1.5 * slowest));
}

/** @returns the whole answer; rejects if there is none, with a TimeoutError if the attempt hung */
async function attempt(path, options, signal, patience) {
  const hung = endsWith(signal);
  const entry = { since: clock, patience, abort: () => hung.abort(new DOMException("hung", "TimeoutError")) };
  attempts.add(entry);
  silentSince ??= clock;
  hasProvenConnection = false;
  try {
    const response = await fetch(path, { headers: { Accept: "application/json" }, signal: hung.signal, ...options });
    const text = await response.text();
    const took = clock - entry.since;
    slowest = Math.max(took, 0.95 * slowest);
    quickest = Math.min(took, quickest + TICK); // a network may become slow: the next answers tell
    lastAnswer = clock;
    silentSince = undefined;
    hasProvenConnection = true;
    const [wake] = resting;
    resting.delete(wake);
    wake?.();
    return { response, text };
  } finally {
    attempts.delete(entry);
  }
}

/** @returns the result that an answer means, with a pause if it makes sense to ask again after that */
function read({ response: { ok, status, headers }, text }) {
  let answer;
  try {
    answer = JSON.parse(text); // a failure as RFC 9457 has it, unless something in between answered
  } catch (error) {
    if (ok) return explain(error);
  }
  if (ok) return { ok, answer };
  const retryAfter = headers.get("Retry-After");
  const busy = status === 503 && retryAfter !== null;
  let pause;
  if (busy) pause = (Number(retryAfter) || 1) * 1000 * (1 + Math.random() / 2); // not all pages at the same time
  else if ([502, 503, 504].includes(status) && !answer?.detail) pause = 500; // not from the frontend, which has tried again
  return {
    ok,
    status,
    busy,
    pause,
    sentence: answer?.detail ?? `Something went wrong on the network (status ${status}). Please try again.`,
    field: answer?.errors?.[0]?.field,
  };
}

/** @returns the result that the error of the nth attempt means */
function explain(error, n) {
  const failure = { ok: false, status: 0, busy: false };
  if (error instanceof SyntaxError) return { ...failure, sentence: "The page could not read the answer. Please try again." };
  if (error.name === "TimeoutError") {
    // rather wait for a connection known to work than try another that is not
    return { ...failure, pause: isHanging() ? 1_000 : TICK, sentence: "No answer came in time. Please try again." };
  }
  const pause = Math.min(2 ** n * 50, 1_500);
  return { ...failure, pause, sentence: "The server cannot be reached. Check the connection, and try again." };
}

/** Asks for a file, which the frontend sends without the backend: if not even that comes, it is the connection that hangs. */
async function probe() {
  lastProbe = clock;
  probes++;
  const patience = () => Math.max(PROBE_PATIENCE, Math.min(MOST_PROBE_PATIENCE, Math.max(silence() / 4, 3 * quickest)));
  try {
    await attempt("/favicon.svg", { method: "HEAD", cache: "no-store" }, AbortSignal.timeout(TIMEOUT), patience);
  } catch (error) {
    lastHang = error.name === "TimeoutError" ? clock : -Infinity;
  }
  probes--;
}

/** Gives up what hangs. In silence, probes; if connections hang, with all that the browser has, until one of them works. */
setInterval(() => {
  const time = performance.now();
  clock += Math.min(time - lastTick, 2 * TICK);
  lastTick = time;
  if (!attempts.size && !resting.size) silentSince = undefined; // nobody asks
  let waiting = resting.size ? Infinity : 0; // how long the oldest has waited
  for (const { since, patience, abort } of attempts) {
    waiting = Math.max(waiting, clock - since);
    if (clock - since > patience()) abort();
  }
  if (Math.min(waiting, clock - lastAnswer) < SILENCE) return;
  if (isHanging()) while (attempts.size < CONNECTIONS) probe();
  else if (!probes && clock - lastProbe > SILENCE && attempts.size < CONNECTIONS) probe();
}, TICK);
