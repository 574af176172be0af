/**
 * `[data-copy="#id"]` copies that element's value or text and says so on the button itself; with `data-into="#field"` it
 * puts the text into that field instead, after what is there, and goes on to the first blank in it.
 */

import { word } from "./words";

const SAID_MS = 2000;

async function copy(button: HTMLElement): Promise<void> {
  const source = document.querySelector<HTMLElement>(button.dataset["copy"] ?? "");
  if (!source) return;
  const text = source instanceof HTMLInputElement ? source.value : (source.textContent ?? "").trim();
  const label = button.lastChild;
  const before = label?.textContent ?? "";
  try {
    await navigator.clipboard.writeText(text);
    if (label) label.textContent = word("copied");
  } catch {
    // Refused, or the page is not served over HTTPS: select it, so that one more key does it.
    if (source instanceof HTMLInputElement) source.select();
    if (label) label.textContent = word("copy-selected");
  }
  setTimeout(() => {
    if (label) label.textContent = before;
  }, SAID_MS);
}

/** The first `{blank}` is selected, so that the next key fills it in. */
function put(button: HTMLElement, into: HTMLTextAreaElement): void {
  const text = document.querySelector(button.dataset["copy"] ?? "")?.textContent?.trim();
  if (!text) return;
  const start = into.value.trim() ? `${into.value.trimEnd()}\n` : "";
  into.value = start + text;
  into.dispatchEvent(new Event("input", { bubbles: true }));
  const blank = /\{\w+\}/.exec(text);
  const from = start.length + (blank ? blank.index : text.length);
  into.focus();
  into.setSelectionRange(from, from + (blank ? blank[0].length : 0));
}

/** One listener for the whole page, so that parts swapped in later work too. */
export function letCopy(): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-copy]");
    if (!button) return;
    const into = button.dataset["into"] ? document.querySelector<HTMLTextAreaElement>(button.dataset["into"]) : null;
    if (into) put(button, into);
    else void copy(button);
  });
}
