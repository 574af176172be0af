/**
 * j/k move along `[data-rows]`, with Shift they pick, x picks, b goes to what is done to the picked; Enter opens, e goes
 * to the act, / to the search, ? shows the keys. A button with `data-key` is pressed by that key. Where the pane
 * beside the list is visible, a row's page is fetched and its `#matter` shown there; elsewhere a row is a plain link.
 */

import { choose, pane } from "./pane";
import { goToBulk, pickRow } from "./pick";
import { links } from "./rows";

function current(): HTMLAnchorElement | undefined {
  return links().find((link) => link.parentElement?.contains(document.activeElement)) ?? links().find((link) => link.ariaCurrent === "true");
}

function move(step: number): void {
  const all = links();
  if (all.length === 0) return;
  const here = current();
  const at = here ? all.indexOf(here) + step : 0;
  const next = all[Math.min(Math.max(at, 0), all.length - 1)]!;
  next.focus();
  next.scrollIntoView({ block: "nearest" });
  choose(next);
}

/** Picks the row at hand, moves, and picks the one it came to. */
function moveAndPick(step: number): void {
  pickRow(current(), true);
  move(step);
  pickRow(current(), true);
}

/** The act of the article shown: in the pane, or on the matter's own page. */
function act(): void {
  const place = document.querySelector<HTMLElement>("#matter [data-act]");
  if (place && place.offsetParent !== null) {
    const field = place.querySelector<HTMLElement>("textarea, input:not([type='hidden']), select, button") ?? place;
    field.focus();
    return;
  }
  const link = current();
  if (link) location.assign(`${link.href}#act`);
}

/** The page's own list where it has one, else everywhere. */
function search(): void {
  const find = (where: string) => document.querySelector<HTMLInputElement>(`${where} input[type="search"]`);
  (find("main") ?? find(".top"))?.focus();
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input:not([type='checkbox']), textarea, select"));
}

const ACTS: Record<string, () => void> = {
  j: () => move(1),
  k: () => move(-1),
  J: () => moveAndPick(1),
  K: () => moveAndPick(-1),
  x: () => pickRow(current() ?? links()[0]),
  b: goToBulk,
  e: act,
  "/": search,
  "?": () => document.getElementById("keys")?.togglePopover(),
};

/** Listens on the page; keys typed into a field, or with Ctrl, Alt or Meta, are left alone. */
export function startKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (isTyping(event.target)) {
      // Escape leaves the field for the list again.
      if (event.key === "Escape") (current() ?? (event.target as HTMLElement)).focus();
      return;
    }
    const button = /^[a-z]$/.test(event.key) ? document.querySelector<HTMLElement>(`[data-key="${event.key}"]`) : null;
    const run = button ? () => button.click() : ACTS[event.key];
    if (!run) return;
    event.preventDefault();
    // A key that is held down answers once, not every page that follows.
    if (!button || !event.repeat) run();
  });

  // A plain press chooses where there is a pane; Enter (detail 0) and a new-tab press follow the link.
  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("[data-rows] > .row > a");
    const plain = event.button === 0 && event.detail > 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (!link || !plain || !pane()) return;
    event.preventDefault();
    choose(link);
  });
}
