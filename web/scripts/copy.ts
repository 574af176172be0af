/** `[data-copy="#id"]` copies that element's value or text and says so on the button itself. */

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

/** One listener for the whole page, so that parts swapped in later work too. */
export function letCopy(): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-copy]");
    if (button) void copy(button);
  });
}
