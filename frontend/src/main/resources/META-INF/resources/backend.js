// SPDX-License-Identifier: Apache-2.0
// All requests to the backend, through the page's own origin. No other module calls fetch.

const TIMEOUT = 10_000; // milliseconds for a request with all its attempts
// An attempt that hangs, because a node has just died, is aborted, which closes its connection, and made again on another one.
// Half of the new connections may hang, too. In milliseconds: a slow pod takes two seconds, and is no reason to ask again; then
// quick attempts find a connection that works; at last, it may be the network that is slow.
const ATTEMPT_TIMEOUTS = [2_500, 1_000, 1_000, 1_000, 5_000];
const PAUSE_AFTER_HANG = 500; // milliseconds, or until another request gets its response
const INITIAL_BACKOFF = 100; // milliseconds; doubles with each attempt
const MAX_BACKOFF = 1_500;

// Retries that a response sends on their way, one each: the browser uses its connection next, and that one works.
const waiting = new Set();

/**
 * Submits a name as the form does, if need be several times: that is harmless, because a greeting changes nothing.
 *
 * @param signal aborting it gives up
 * @param onRetry is called with the result of each attempt that is followed by another
 */
export function greet(name, { signal, onRetry } = {}) {
  const options = { method: "POST", body: new URLSearchParams({ name }) };
  return send("/api/greetings", options, { signal, onRetry });
}

export function faultStatus() {
  return send("/api/faults/status");
}

/** Starts a fault, and never two. With the settings {pod: its name}, any other pod responds with 421. */
export function injectFault(fault, settings) {
  return send(`/api/faults/${fault}?${new URLSearchParams(settings)}`, { method: "POST" }, { retries: false });
}

/** What the frontend knows where phones join (Room.java). Its status is 204 if they do not. */
export const roomState = () => send("/room/state", {}, { retries: false });

/** @returns {Promise<string>} the run that comes with the page, as a file; empty if it cannot be loaded */
export async function recordedRun() {
  const response = await fetch("run.json").catch(() => undefined);
  return response?.ok ? response.text() : "";
}

/**
 * Never rejects: every failure is a sentence for the person in front of the page.
 *
 * @returns {Promise<{attempts: number, took: number} & ({ok: true, body: object} |
 *   {ok: false, status: number, busy: boolean, sentence: string, pod?: string})>} took: milliseconds of the
 *   last attempt; status: 0 without a response
 */
export async function send(path, options, { signal, onRetry, retries = true } = {}) {
  const end = performance.now() + TIMEOUT;
  for (let attempts = 1; ; attempts++) {
    const begin = performance.now();
    const timeout = retries ? (ATTEMPT_TIMEOUTS[attempts - 1] ?? ATTEMPT_TIMEOUTS.at(-1)) : TIMEOUT;
    const { retryAfter, ...result } = await attempt(path, options, Math.min(timeout, end - begin), signal);
    Object.assign(result, { attempts, took: performance.now() - begin });
    const backoff = Math.min(2 ** (attempts - 1) * INITIAL_BACKOFF, MAX_BACKOFF);
    const least = result.hung ? PAUSE_AFTER_HANG : retryAfter * (1 + Math.random() / 2); // not all pages at the same time
    const pause = Math.max(backoff, least);
    const mayRetry = retries && retryAfter !== undefined && !signal?.aborted && performance.now() + pause < end;
    if (!mayRetry) return result;
    onRetry?.(result);
    let retry;
    await new Promise((resolve) => {
      retry = resolve;
      setTimeout(retry, pause);
      if (result.hung) waiting.add(retry);
    });
    waiting.delete(retry);
  }
}

/** @returns the result; with retryAfter, in milliseconds, if it makes sense to ask again */
async function attempt(path, options, timeout, signal) {
  const controller = new AbortController(); // older phones have neither AbortSignal.timeout nor AbortSignal.any
  const abort = () => controller.abort();
  const timer = setTimeout(abort, timeout);
  signal?.addEventListener("abort", abort);
  if (signal?.aborted) abort();
  try {
    const response = await fetch(path, {
      headers: { Accept: "application/json" },
      signal: controller.signal,
      ...options,
    });
    const result = read(response, await response.text());
    const [retry] = waiting;
    waiting.delete(retry);
    retry?.();
    return result;
  } catch {
    const hung = controller.signal.aborted;
    const sentence = hung
      ? "No answer came in time. Please try again."
      : "The server cannot be reached. Check the connection, and try again.";
    return { ok: false, status: 0, busy: false, hung, sentence, retryAfter: 0 };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

function read({ ok, status, headers }, text) {
  let body;
  try {
    body = JSON.parse(text); // a failure as RFC 9457 has it, unless something in between responded
  } catch {
    if (ok)
      return { ok: false, status, busy: false, sentence: "The page could not read the answer. Please try again." };
  }
  const connectedFor = headers.get("Pod-Connected-For"); // if a pod has responded
  if (ok)
    return { ok, body: connectedFor ? { ...body, connectedFor: Number(connectedFor), ...colourIn(headers) } : body };
  const busy = status === 503 && headers.has("Retry-After");
  const isFromBetween = [502, 503, 504].includes(status) && !body?.detail; // the frontend itself has already tried again
  return {
    ok,
    status,
    busy,
    retryAfter: busy ? (Number(headers.get("Retry-After")) || 1) * 1000 : isFromBetween ? 500 : undefined,
    sentence: body?.detail ?? `Something went wrong on the network (status ${status}). Please try again.`,
    pod: body?.pod,
  };
}

/** Where phones join, a pod has the same colour on every screen. */
function colourIn(headers) {
  const colour = headers.get("Pod-Colour");
  return colour && { colour: Number(colour) };
}
