// All requests to the backend, through the page's own origin. No other module calls fetch.

const TIMEOUT = 20_000; // milliseconds; longer than the frontend's own, so it ends only what the network has lost

/** The pod that answered last, whoever asked. */
export let lastPod;

/** Submits a name as the form does. Aborting the signal gives up. */
export async function greet(name, signal) {
  const result = await ask("/api/greetings", { method: "POST", body: new URLSearchParams({ name }) }, signal);
  if (result.ok) lastPod = result.answer.pod;
  return result;
}

export function faultStatus() {
  return ask("/api/faults/status");
}

/** Starts a fault in the pod of that name, or in any pod. Another pod than the named one answers 421. */
export function injectFault(fault, pod) {
  return ask(`/api/faults/${fault}${pod ? `?${new URLSearchParams({ pod })}` : ""}`, { method: "POST" });
}

/**
 * Never rejects: every failure is a sentence for the person in front of the page.
 *
 * @returns {Promise<{ok: true, answer: object} | {ok: false, status: number, sentence: string, field?: string}>}
 */
async function ask(path, options, signal) {
  const timeout = AbortSignal.timeout(TIMEOUT);
  try {
    const response = await fetch(path, {
      headers: { Accept: "application/json" },
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      ...options,
    });
    if (response.ok) return { ok: true, answer: await response.json() };
    const problem = await response.json().catch(() => undefined); // RFC 9457, unless something in between answered
    return {
      ok: false,
      status: response.status,
      sentence: problem?.detail ?? `Something went wrong on the network (status ${response.status}). Please try again.`,
      field: problem?.errors?.[0]?.field,
    };
  } catch (error) {
    return { ok: false, status: 0, sentence: sentenceFor(error) };
  }
}

function sentenceFor(error) {
  if (error.name === "TimeoutError") return "No answer came in time. Please try again.";
  if (error instanceof SyntaxError) return "The page could not read the answer. Please try again.";
  return "The server cannot be reached. Check the connection, and try again.";
}
