// The way to the backend, by the page's own origin.

const TIME_OUT = 20_000; // milliseconds; the frontend's own is shorter, so this ends only what hangs on the network

/**
 * Submits a name as the form would.
 *
 * @param {string} name as it was typed
 * @param {number} timeOut in milliseconds
 * @returns {Promise<{ok: true, greeting: {message: string, name: string, pod: string, version: string}} |
 *   {ok: false, status: number, sentence: string, field?: string}>} never rejected: each failure is a sentence
 */
export async function greet(name, timeOut = TIME_OUT) {
  try {
    const response = await fetch("/api/greetings", {
      method: "POST",
      headers: { Accept: "application/json" },
      body: new URLSearchParams({ name }),
      signal: AbortSignal.timeout(timeOut),
    });
    return response.ok
      ? { ok: true, greeting: await response.json() }
      : { ok: false, status: response.status, ...(await explain(response)) };
  } catch (error) {
    return { ok: false, status: 0, sentence: sentenceFor(error) };
  }
}

/** @returns the sentence of a problem (RFC 9457), or one of our own if the answer is something else */
async function explain(response) {
  const problem = await response.json().catch(() => ({}));
  return {
    sentence: problem.detail ?? `Something went wrong on the way (status ${response.status}). Please try again.`,
    field: problem.errors?.[0]?.field,
  };
}

function sentenceFor(error) {
  if (error.name === "TimeoutError") return "No answer came in time. Please try again.";
  if (error instanceof SyntaxError) return "The answer could not be understood. Please try again.";
  return "The server cannot be reached. Check the connection, and try again.";
}
