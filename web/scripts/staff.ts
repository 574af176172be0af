/** Staff pages: htmx for partial updates, and the list as a workplace for the keyboard. */

import htmx from "htmx.org";
import { rememberList } from "./back";
import { startKeys } from "./keys";
import { startPane } from "./pane";
import { startPicking } from "./pick";
import { rememberRows } from "./rows";

// The design system has its own busy state.
htmx.config.includeIndicatorCSS = false;

document.addEventListener("htmx:after:swap", () => document.dispatchEvent(new CustomEvent("lx:swapped")));

rememberList();
rememberRows();
startPane();
startPicking();
startKeys();
