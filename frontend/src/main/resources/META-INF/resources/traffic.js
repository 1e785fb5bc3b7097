// SPDX-License-Identifier: Apache-2.0
// The live traffic: a run that sends greetings at a steady rate.
import { greet } from "./backend.js";
import { count, duration } from "./format.js";
import { Run } from "./run.js";

const MAX_IN_FLIGHT = 5; // a browser has six connections (HTTP/1.1): one stays free for the form
const MEASURED_OVER = 2_000; // milliseconds: how long the rate is measured, and after a refusal kept
const MAX_TICK = 250; // milliseconds: what the page is busy for longer does not count, for it cannot read an answer then
const ASLEEP_AFTER = 5_000; // milliseconds without a tick: the computer slept, or the browser froze the page
const CLOCK_ERROR = 1_000; // milliseconds that the time of day may be wrong

export class Traffic extends Run {
  rate = 20;

  #greet;
  #now;
  #clock;
  #ticked; // {at, clock}: when tick was called last
  #exact = 0; // the time with its fraction
  #pace = Infinity; // requests per second that the cluster accepts, as far as its refusals tell
  #pause;
  #measured; // {at, sent, slow}: when the rate was last measured, and how many times in a row it was low
  #due = 0;
  #inFlight = new Set(); // controllers

  /**
   * @param recording keeps what comes in, for a replay. The other parameters are for tests: what sends a greeting, a clock that
   *   never goes back, and the time of day.
   */
  constructor({ recording, send = greet, now = () => performance.now(), clock = Date.now } = {}) {
    super(recording);
    this.#greet = send;
    this.#now = now;
    this.#clock = clock;
    this.#ticked = { at: now(), clock: clock() };
    this.clock(clock());
  }

  start() {
    if (this.running) return;
    super.start();
    this.#due = 0;
    this.#measured = { at: this.time, sent: this.sent, slow: 0 };
  }

  /** Sends what is due, and finds who is silent. To be called often, by a timer that runs in hidden pages, too. */
  tick() {
    const asleep = this.#asleep;
    const elapsed = Math.min(this.#now() - this.#ticked.at, MAX_TICK) / 1000;
    this.#ticked = { at: this.#now(), clock: this.#clock() };
    this.#exact += elapsed * 1000;
    this.advance(Math.floor(this.#exact));
    if (Math.abs(this.#clock() - this.timeOfDay) > CLOCK_ERROR) this.clock(this.#clock());
    if (!this.running) return;
    if (asleep > ASLEEP_AFTER) this.#wakeUpAfter(asleep);
    const { time } = this;
    if (time - this.lastRefusal > MEASURED_OVER) this.#pace += (elapsed * this.rate) / 10; // from none to all in ten seconds
    const pace = Math.min(this.rate, this.#pace);
    const pause = Math.ceil(10 / pace) * 100; // seldom changes
    if (pause !== this.#pause) this.pace((this.#pause = pause));
    this.#due = Math.min(this.#due + elapsed * pace, Math.max(1, pace / 4)); // what it misses for longer is not made up for
    while (this.#due >= 1 && this.#inFlight.size < MAX_IN_FLIGHT) {
      this.#due--;
      this.#send();
    }
    if (this.cluster.silent) Object.assign(this.#measured, { at: time, sent: this.sent }); // that is not called slow
    if (time - this.#measured.at > MEASURED_OVER) this.#measure(time);
  }

  /** For how long there was no tick. In sleep, the page's clock goes on in Windows, and the other one everywhere. */
  get #asleep() {
    return Math.max(this.#now() - this.#ticked.at, this.#clock() - this.#ticked.clock);
  }

  /** What was on its way when the page fell asleep says nothing. */
  #wakeUpAfter(milliseconds) {
    for (const request of this.#inFlight) request.abort();
    this.#inFlight.clear();
    this.waiting = 0;
    const text = `The clock went on by ${duration(milliseconds, 0)} while this page stood still: it sent nothing meanwhile`;
    this.note("pause", text, "the page stood still");
  }

  async #send() {
    const request = new AbortController();
    this.#inFlight.add(request);
    this.waiting = this.#inFlight.size;
    const onRetry = ({ busy }) => busy && this.#slowDown();
    const result = await this.#greet("live traffic", { signal: request.signal, onRetry });
    const isOfSleep = this.running && this.#asleep > ASLEEP_AFTER; // the next tick takes note of it
    if (!this.#inFlight.has(request) || (isOfSleep && !result.ok)) return;
    this.#inFlight.delete(request);
    this.waiting = this.#inFlight.size;
    if (result.busy) this.#slowDown();
    if (result.ok) this.answer(result.body, Math.round(result.took), result.attempts > 1);
    else this.fail(result.sentence, result.pod);
  }

  /** The cluster refused a request: sends half as many. Those that it refuses within a second are one reason, not many. */
  #slowDown() {
    if (this.time - this.lastRefusal < 1_000) return;
    this.refuse();
    this.#pace = Math.max(1, Math.min(this.rate, this.#pace) / 2);
  }

  #measure(time) {
    const actual = ((this.sent - this.#measured.sent) * 1000) / (time - this.#measured.at);
    const isLow = actual < (this.slowed ? 0.9 : 0.8) * this.rate;
    const slow = isLow ? this.#measured.slow + 1 : 0;
    this.#measured = { at: time, sent: this.sent, slow };
    if (slow > 1 && !this.slowed) {
      const reason = time - this.lastRefusal < 2 * MEASURED_OVER ? "the cluster is busy" : "answers take long";
      const pace = actual < 0.5 ? "less than one request" : count(Math.round(actual), "request");
      this.slow(true, `Slowed to ${pace} a second: ${reason}`, "slowed down");
    } else if (slow < 2 && this.slowed) {
      this.slow(false, `Back to ${count(this.rate, "request")} a second`, `${this.rate} a second`);
    }
  }
}
