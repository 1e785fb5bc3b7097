// SPDX-License-Identifier: Apache-2.0
// The way into the room: shows the QR code of the page for phones, where this frontend is open to them.
import { roomCode } from "./backend.js";

const button = document.getElementById("join");
const invitation = document.getElementById("invitation");

button.addEventListener("click", () => invitation.showModal());
invitation.querySelector("button").addEventListener("click", () => invitation.close());

const svg = await roomCode();
if (svg) {
  const code = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
  invitation.querySelector("h2").after(code);
  invitation.querySelector("p").textContent = code.querySelector("title").textContent;
  button.hidden = false;
}
