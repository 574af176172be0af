/**
 * Rows picked for the bar below the list: by a press on the box, a press with Shift for all between, or the keyboard.
 * The box over the list stands for the whole list, also for what is on its further pages.
 */

import { word } from "./words";

const BOXES = "[data-rows] input[name='pick']";
/** The box pressed last: Shift picks from there. */
let from: HTMLInputElement | undefined;

function boxes(): HTMLInputElement[] {
  return [...document.querySelectorAll<HTMLInputElement>(BOXES)];
}

function whole(): HTMLInputElement | null {
  return document.querySelector("input[name='all'][form='bulk']");
}

function say(): void {
  const said = document.querySelector("[data-picked]");
  const n = boxes().filter((box) => box.checked).length;
  // The whole list says itself how many it is.
  if (said) said.textContent = whole()?.checked || n === 0 ? "" : word("picked", { n });
}

/** Picks the row of a link, or what `on` says. */
export function pickRow(link: HTMLAnchorElement | undefined, on?: boolean): void {
  const box = link?.parentElement?.querySelector<HTMLInputElement>("input[name='pick']");
  if (!box) return;
  box.checked = on ?? !box.checked;
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

/** To the first thing that can be done to what is picked. */
export function goToBulk(): void {
  document.querySelector<HTMLElement>("#bulk button")?.focus();
}

export function startPicking(): void {
  document.addEventListener("click", (event) => {
    const box = event.target as HTMLInputElement;
    if (!(box instanceof HTMLInputElement) || !box.matches(BOXES)) return;
    const all = boxes();
    if (event.shiftKey && from && all.includes(from)) {
      const [first, last] = [all.indexOf(from), all.indexOf(box)].sort((a, b) => a - b) as [number, number];
      for (const between of all.slice(first, last + 1)) between.checked = box.checked;
    }
    from = box;
  });
  document.addEventListener("change", (event) => {
    const box = event.target as Element;
    if (box === whole()) {
      for (const one of boxes()) one.checked = whole()!.checked;
    } else if (box.matches(BOXES)) {
      if (!(box as HTMLInputElement).checked && whole()) whole()!.checked = false;
    } else {
      return;
    }
    say();
  });
  // Boxes keep their ticks when the reader comes back.
  say();
}
