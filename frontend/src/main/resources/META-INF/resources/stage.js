// SPDX-License-Identifier: Apache-2.0
// Which run the page shows: the live traffic; its past, where the timeline was dragged to; or a replay of a run that was saved.
import { byId } from "./dom.js";
import { duration } from "./format.js";
import { Recording, Replay } from "./recording.js";
import { MOST_SECONDS, timeAt, windowOf } from "./timeline.js";

const MAX_TICK = 250; // milliseconds: what the page is busy for longer is not skipped
const AHEAD = 20_000; // milliseconds that the timeline shows after a moment that it did not show before
const TITLE = document.title;

export class Stage {
  /** Whether the live traffic is shown. */
  isLive = true;

  #traffic;
  #recording; // of the live traffic
  #map;
  #shown; // the recording of which a moment is shown
  #moment; // Replay
  #window; // Replay at the end of what the timeline shows
  #begin = 0; // of the run, in its time
  #end = 0;
  #isPlaying = false;
  #ticked;
  #isFullTold = false;
  #onChange;

  /** @param {() => void} onChange is called when another moment is to be shown */
  constructor({ traffic, recording, map, onChange }) {
    this.#traffic = traffic;
    this.#recording = recording;
    this.#map = map;
    this.#onChange = onChange;
    map.follow(traffic);
    byId("play").addEventListener("click", () => this.#playOrPause());
    byId("back").addEventListener("click", () => this.#goLive());
    byId("close").addEventListener("click", () => this.#goLive());
    byId("save").addEventListener("click", () => this.#save());
    byId("open").addEventListener("click", () => byId("file").click());
    byId("file").addEventListener("change", () => this.#openFile());
    byId("seek").addEventListener("input", () => this.#seek(this.#begin + byId("seek").valueAsNumber * 1000));
    for (const type of ["pointerdown", "pointermove"])
      byId("timeline").addEventListener(type, (event) => this.#drag(event));
  }

  /** What to show. */
  get run() {
    return this.isLive ? this.#traffic : this.#moment.run;
  }

  /** The run at the end of what the timeline shows. */
  get window() {
    return this.isLive ? this.#traffic : this.#window.run;
  }

  /** Plays on. To be called often. */
  tick() {
    const elapsed = Math.min(performance.now() - this.#ticked, MAX_TICK);
    this.#ticked = performance.now();
    if (this.#isPlaying) this.#goTo(Math.min(this.run.time + elapsed, this.#end));
    if (this.run.time >= this.#end) this.#isPlaying = false;
  }

  /** Shows which moment of which run it is. */
  show() {
    const { isLive, run } = this;
    const isReplay = !isLive && this.#shown !== this.#recording;
    if (isLive) {
      this.#begin = this.#recording.begin ?? run.time;
      this.#end = this.#recording.isFull ? this.#recording.end : run.time;
    }
    if (this.#recording.isFull && !this.#isFullTold) {
      this.#isFullTold = true;
      this.#traffic.note("pause", "The recording is full: what comes from now on is not kept", "recording full");
    }
    const [day, time] = [run.timeOfDay.toLocaleDateString("en", { dateStyle: "medium" }), timeOf(run)];
    byId("seek").max = Math.floor((this.#end - this.#begin) / 1000);
    byId("seek").value = Math.floor((run.time - this.#begin) / 1000);
    byId("seek").setAttribute("aria-valuetext", isLive ? "live" : time);
    byId("seek").disabled = byId("play").disabled = byId("save").disabled = this.#end === this.#begin;
    byId("play").textContent = isLive || this.#isPlaying ? "Pause" : "Play";
    byId("back").disabled = isLive;
    const seconds = windowOf(this.window);
    const length = seconds === MOST_SECONDS ? "a minute" : `${seconds} s`;
    byId("begin").textContent = `${length} ${isLive ? "ago" : "earlier"}`;
    byId("until").textContent = isLive ? "now" : timeOf(this.window);
    byId("controls").classList.toggle("past", !isLive);
    byId("kind").textContent = isReplay ? "Replay" : "Past";
    byId("when").textContent = isReplay
      ? `of ${day}, ${time}`
      : `${time}, ${duration(this.#traffic.time - run.time, 0)} ago`;
    byId("greeting").hidden = isReplay;
    byId("recorded").hidden = !isReplay;
    byId("recorded-on").textContent = day;
    byId("events").parentElement.ariaLive = isLive ? "polite" : "off";
    document.title = isReplay ? `Replay: ${TITLE}` : TITLE;
  }

  #open(text) {
    byId("file-problem").textContent = "";
    try {
      this.#shown = Recording.read(text);
    } catch ({ message }) {
      byId("file-problem").textContent = message;
      return;
    }
    [this.#begin, this.#end] = [this.#shown.begin, this.#shown.end];
    this.#enter(this.#begin);
    this.#isPlaying = true;
    byId("live").scrollIntoView({ block: "nearest" });
  }

  #enter(end) {
    this.isLive = false;
    this.#moment = new Replay(this.#shown);
    this.#window = new Replay(this.#shown);
    this.#window.seek(end);
    this.#seek(end);
  }

  #goLive() {
    this.isLive = true;
    this.#isPlaying = false;
    this.#map.follow(this.#traffic);
    this.#onChange();
  }

  #playOrPause() {
    if (this.isLive) {
      this.#seek(this.#end);
    } else if (this.#isPlaying) {
      this.#isPlaying = false;
    } else {
      if (this.run.time >= this.#end) this.#seek(this.#begin);
      this.#isPlaying = true;
    }
    this.#onChange();
  }

  /** Shows a moment, and stops there. */
  #seek(time) {
    if (this.isLive) {
      this.#shown = this.#recording;
      this.#enter(this.#end);
    }
    this.#isPlaying = false;
    this.#map.follow(undefined); // no pulses for all that happened in between
    this.#goTo(Math.max(this.#begin, Math.min(time, this.#end)));
    this.#map.follow(this.run);
    this.#onChange();
  }

  #goTo(time) {
    this.#moment.seek(time);
    if (time > this.window.time) this.#window.seek(time);
    else if (time < this.window.time - windowOf(this.window) * 1000)
      this.#window.seek(Math.min(time + AHEAD, this.#end));
  }

  #drag({ type, buttons, offsetX, pointerId }) {
    if (!(buttons & 1) || byId("seek").disabled) return;
    if (type === "pointerdown") byId("timeline").setPointerCapture(pointerId);
    this.#seek(timeAt(byId("timeline"), this.window, offsetX));
  }

  #save() {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(
      new Blob([(this.isLive ? this.#recording : this.#shown).write()], { type: "application/json" }),
    );
    link.download = `run-${this.run.timeOfDay.toISOString().slice(0, 16).replace(/\D/g, "-")}.json`;
    link.click();
    URL.revokeObjectURL(link.href);
  }

  async #openFile() {
    const [file] = byId("file").files;
    if (file) this.#open(await file.text());
    byId("file").value = ""; // so that the same file can be chosen again
  }
}

const timeOf = ({ timeOfDay }) => timeOfDay.toTimeString().slice(0, 8);
