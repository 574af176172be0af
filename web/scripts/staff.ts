/** Staff pages: htmx for partial updates, and the list as a workplace for the keyboard. */

import htmx from "htmx.org";
import { startKeys } from "./keys";

// The policy forbids evaluated code and inserted styles; the design system has its own busy state.
htmx.config.includeIndicatorCSS = false;

document.addEventListener("htmx:after:swap", (event) => {
  (event.target as Element).dispatchEvent(new CustomEvent("lx:swapped", { bubbles: true }));
});

startKeys();
