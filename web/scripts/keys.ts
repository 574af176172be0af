/**
 * j/k move along `[data-rows]`, Enter opens, e goes to the act, / to the search, ? shows the keys. Where the pane
 * beside the list is visible, a row's page is fetched and its `#matter` shown there; elsewhere a row is a plain link.
 */

import htmx from "htmx.org";

const PREVIEW_WAIT_MS = 120;

function links(): HTMLAnchorElement[] {
  return [...document.querySelectorAll<HTMLAnchorElement>("[data-rows] > .row > a")];
}

function pane(): HTMLElement | undefined {
  const found = document.getElementById("pane");
  return found && found.offsetParent !== null ? found : undefined;
}

function current(): HTMLAnchorElement | undefined {
  return links().find((link) => link === document.activeElement) ?? links().find((link) => link.ariaCurrent === "true");
}

let asked: AbortController | undefined;
let waiting = 0;
/** The address whose matter stands in the pane or is on its way there. */
let shown = "";

/** Fetches a row's own page and shows its article in the pane; a later choice cancels an earlier one. */
async function preview(link: HTMLAnchorElement, target: HTMLElement): Promise<void> {
  asked?.abort();
  asked = new AbortController();
  target.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(link.href, { signal: asked.signal, headers: { accept: "text/html" } });
    if (answer.redirected || !answer.ok) return location.assign(link.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const article = page.getElementById("matter");
    if (!article) return location.assign(link.href);
    target.replaceChildren(document.adoptNode(article));
    target.scrollTop = 0;
    htmx.process(target);
    document.dispatchEvent(new CustomEvent("lx:swapped"));
  } catch (error) {
    if (!(error instanceof DOMException && error.name === "AbortError")) location.assign(link.href);
  } finally {
    target.removeAttribute("aria-busy");
  }
}

function choose(link: HTMLAnchorElement): void {
  links().forEach((other) => other.removeAttribute("aria-current"));
  link.setAttribute("aria-current", "true");
  const target = pane();
  // Pressed again, it stays as it is: somebody may have begun to write in it.
  if (!target || link.href === shown) return;
  shown = link.href;
  clearTimeout(waiting);
  waiting = window.setTimeout(() => void preview(link, target), PREVIEW_WAIT_MS);
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

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
}

const ACTS: Record<string, () => void> = {
  j: () => move(1),
  k: () => move(-1),
  e: act,
  "/": () => document.querySelector<HTMLInputElement>('input[type="search"]')?.focus(),
  "?": () => document.getElementById("keys")?.togglePopover(),
};

/** Where there is a pane, the first row's matter stands in it: the most urgent one needs no press at all. */
function showFirst(): void {
  const [first] = links();
  if (first && pane()) choose(first);
}

/** Listens on the page; keys typed into a field, or with Ctrl, Alt or Meta, are left alone. */
export function startKeys(): void {
  showFirst();
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (isTyping(event.target)) {
      // Escape leaves the field for the list again.
      if (event.key === "Escape") (current() ?? (event.target as HTMLElement)).focus();
      return;
    }
    const run = ACTS[event.key];
    if (!run) return;
    event.preventDefault();
    run();
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
