// SPDX-License-Identifier: Apache-2.0
// Which run the page shows: the live traffic; its past, where the timeline was dragged to; or a replay of a run that was saved.
// The page loads this module when somebody first asks for it.
import { recordedRun } from "./backend.js";
import { byId } from "./dom.js";
import { duration } from "./format.js";
import { boundsOf, read, Replay, write } from "./replay.js";
import { timeAt, windowOf } from "./timeline.js";

const MAX_TICK = 250; // milliseconds: what the page is busy for longer is not skipped
const AHEAD = 20_000; // milliseconds that the timeline shows after a moment that it did not show before
const TITLE = document.title;

/** Its methods with the names of elements are called with their events. */
export class Stage {
  /** Whether the live traffic is shown. */
  isLive = true;

  #traffic;
  #recording; // of the live traffic
  #map;
  #onChange;
  #shown; // the recording of which a moment is shown
  #moment; // Replay
  #window; // Replay at the end of what the timeline shows
  #begin; // of the run, in its time
  #end;
  #isPlaying = false;
  #ticked;

  /** @param {() => void} onChange is called when another moment is to be shown */
  constructor({ traffic, recording, map, onChange }) {
    this.#traffic = traffic;
    this.#recording = recording;
    this.#map = map;
    this.#onChange = onChange;
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

  /** Says which moment of which run it is. */
  show() {
    const { isLive, run } = this;
    const isReplay = !isLive && this.#shown !== this.#recording;
    const [day, time] = [run.timeOfDay.toLocaleDateString("en", { dateStyle: "medium" }), timeOf(run)];
    const ago = duration(this.#traffic.time - run.time, 0);
    if (!isLive) {
      byId("seek").max = Math.ceil((this.#end - this.#begin) / 1000);
      byId("seek").value = Math.ceil((run.time - this.#begin) / 1000);
    }
    byId("seek").setAttribute("aria-valuetext", isLive ? "live" : time);
    byId("play").textContent = isLive || this.#isPlaying ? "Pause" : "Play";
    byId("back").disabled = isLive;
    byId("until").textContent = isLive ? "now" : timeOf(this.window);
    byId("controls").classList.toggle("past", !isLive);
    byId("kind").textContent = isReplay ? "Replay" : "Past";
    byId("when").textContent = isReplay ? `of ${day}, ${time}` : `${time}, ${ago} ago`;
    byId("greeting").hidden = isReplay;
    byId("recorded").hidden = !isReplay;
    byId("recorded-on").textContent = day;
    byId("events").parentElement.ariaLive = isLive ? "polite" : "off";
    document.title = isReplay ? `Replay: ${TITLE}` : TITLE;
  }

  play() {
    if (this.isLive) {
      this.#enterPast();
    } else if (this.#isPlaying) {
      this.#isPlaying = false;
    } else {
      if (this.run.time >= this.#end) this.#seek(this.#begin);
      this.#isPlaying = true;
    }
    this.#onChange();
  }

  seek({ target }) {
    if (this.isLive) this.#enterPast();
    this.#seek(this.#begin + target.valueAsNumber * 1000);
  }

  timeline({ type, target, offsetX, pointerId }) {
    if (type === "pointerdown") target.setPointerCapture(pointerId);
    if (this.isLive) this.#enterPast();
    this.#seek(timeAt(target, this.window, offsetX));
  }

  back() {
    this.isLive = true;
    this.#isPlaying = false;
    this.#map.follow(this.#traffic);
    this.#onChange();
  }

  close() {
    this.back();
  }

  save() {
    const link = document.createElement("a");
    const run = write(this.isLive ? this.#recording : this.#shown);
    link.href = URL.createObjectURL(new Blob([run], { type: "application/json" }));
    link.download = `run-${this.run.timeOfDay.toISOString().slice(0, 16).replace(/\D/g, "-")}.json`;
    link.click();
    URL.revokeObjectURL(link.href);
  }

  open() {
    byId("file").click();
  }

  async file({ target }) {
    const [file] = target.files;
    if (file) this.#replay(await file.text());
    target.value = ""; // so that the same file can be chosen again
  }

  /** Replays the run that comes with the page, which was recorded on a real cluster. */
  async watch() {
    const run = await recordedRun();
    if (run) this.#replay(run);
    else byId("file-problem").textContent = "The recorded run cannot be loaded. Check the connection, and try again.";
  }

  #replay(text) {
    byId("file-problem").textContent = "";
    try {
      this.#enter(read(text));
    } catch ({ message }) {
      byId("file-problem").textContent = message;
      return;
    }
    this.#seek(this.#begin);
    this.#isPlaying = true;
    byId("live").scrollIntoView({ block: "nearest" });
  }

  #enterPast() {
    this.#enter(this.#recording);
    if (!this.#recording.isFull) this.#end = this.#traffic.time;
    this.#seek(this.#end);
  }

  #enter(recording) {
    const { begin, end } = boundsOf(recording);
    this.isLive = false;
    [this.#shown, this.#begin, this.#end] = [recording, begin, end];
    [this.#moment, this.#window] = [new Replay(recording), new Replay(recording)];
  }

  /** Shows a moment, and stops there. */
  #seek(time) {
    this.#isPlaying = false;
    this.#map.follow(undefined); // no pulses for all that happened in between
    this.#goTo(Math.max(this.#begin, Math.min(time, this.#end)));
    this.#map.follow(this.run);
    this.#onChange();
  }

  #goTo(time) {
    this.#moment.seek(time);
    const { window } = this;
    if (time > window.time) this.#window.seek(time);
    else if (time < window.time - windowOf(window) * 1000) this.#window.seek(Math.min(time + AHEAD, this.#end));
  }
}

const timeOf = ({ timeOfDay }) => timeOfDay.toTimeString().slice(0, 8);
