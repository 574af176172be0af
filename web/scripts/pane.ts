/**
 * The pane beside the list holds the `#matter` of the chosen row's own page. Its forms are sent from there: what comes
 * back stands in the pane, what was done is said with the way on to the next matter, and the row shows the new status.
 * What was typed and not sent is kept while other rows are looked at; leaving the page with such words asks first.
 */

import htmx from "htmx.org";
import { links, rowAfter } from "./rows";
import { word } from "./words";

const PREVIEW_WAIT_MS = 120;

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** The pane, where there is room for one. */
export function pane(): HTMLElement | undefined {
  const found = document.getElementById("pane");
  return found && found.offsetParent !== null ? found : undefined;
}

let asked: AbortController | undefined;
let waiting = 0;
/** The address whose matter stands in the pane or is on its way there. */
let shown = "";
/** The address whose matter stands in the pane. */
let standing = "";
/** Articles with words in them that were not sent, by address. */
const unsent = new Map<string, Element>();

function isTouched(field: Field): boolean {
  if (field instanceof HTMLSelectElement) {
    const first = Math.max([...field.options].findIndex((option) => option.defaultSelected), 0);
    return field.selectedIndex !== first;
  }
  if (field.type === "hidden") return false;
  if (field instanceof HTMLInputElement) {
    if (field.type === "file") return Boolean(field.files?.length);
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  }
  return field.value !== field.defaultValue;
}

function hasWords(article: Element): boolean {
  return [...article.querySelectorAll<Field>("form :is(input, textarea, select)")].some(isTouched);
}

function keepWords(): void {
  const article = document.querySelector("#pane > #matter");
  if (article && standing && hasWords(article)) unsent.set(standing, article);
}

function put(target: HTMLElement, article: Element, address: string): void {
  keepWords();
  unsent.delete(address);
  standing = address;
  target.replaceChildren(article);
  target.scrollTop = 0;
  htmx.process(target);
  document.dispatchEvent(new CustomEvent("lx:swapped"));
}

function articleOf(text: string): Element | undefined {
  const article = new DOMParser().parseFromString(text, "text/html").getElementById("matter");
  return article ? document.adoptNode(article) : undefined;
}

/** Fetches a row's own page and shows its article in the pane; a later choice cancels an earlier one. */
async function preview(link: HTMLAnchorElement, target: HTMLElement): Promise<void> {
  asked?.abort();
  const kept = unsent.get(link.href);
  if (kept) return put(target, kept, link.href);
  asked = new AbortController();
  target.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(link.href, { signal: asked.signal, headers: { accept: "text/html" } });
    if (answer.redirected || !answer.ok) return location.assign(link.href);
    const article = articleOf(await answer.text());
    if (!article) return location.assign(link.href);
    put(target, article, link.href);
  } catch (error) {
    if (!(error instanceof DOMException && error.name === "AbortError")) location.assign(link.href);
  } finally {
    target.removeAttribute("aria-busy");
  }
}

/** Marks a row as the chosen one and shows it in the pane, where there is one. */
export function choose(link: HTMLAnchorElement): void {
  links().forEach((other) => other.removeAttribute("aria-current"));
  link.setAttribute("aria-current", "true");
  const target = pane();
  // Pressed again, it stays as it is: somebody may have begun to write in it.
  if (!target || link.href === shown) return;
  shown = link.href;
  clearTimeout(waiting);
  waiting = window.setTimeout(() => void preview(link, target), PREVIEW_WAIT_MS);
}

/** Beside what was just done, the way on to the next matter of the list. */
function offerNext(article: Element, path: string): HTMLElement | undefined {
  const said = article.querySelector(".notice.good");
  const next = rowAfter(path);
  if (!said || !next) return undefined;
  const on = document.createElement("a");
  on.className = "btn";
  on.href = next;
  on.dataset["next"] = "";
  on.textContent = word("matter-next");
  said.append(on);
  return on;
}

function showStatus(path: string, article: Element): void {
  const now = article.querySelector(".now .chip")?.cloneNode(true) as Element | undefined;
  const before = links().find((link) => link.pathname === path)?.parentElement?.querySelector(".chip");
  if (!now || !before) return;
  now.classList.remove("big");
  before.replaceWith(now);
}

function sayNotSent(form: HTMLFormElement): void {
  const said = document.createElement("p");
  said.className = "error";
  said.setAttribute("role", "alert");
  said.textContent = word("not-sent");
  form.querySelector(":scope > .error[role='alert']")?.remove();
  form.prepend(said);
}

async function send(form: HTMLFormElement, target: HTMLElement): Promise<void> {
  if (form.ariaBusy === "true") return;
  form.ariaBusy = "true";
  const address = standing;
  const filled = new FormData(form);
  const body = form.enctype === "multipart/form-data" ? filled : new URLSearchParams(filled as unknown as Record<string, string>);
  try {
    const answer = await fetch(form.action, { method: "post", body, headers: { accept: "text/html" } });
    const article = articleOf(await answer.text());
    if (!article) return location.assign(answer.url);
    // Answered after another row was chosen: the row tells, and the pane stays with the other.
    const path = new URL(address).pathname;
    if (answer.redirected) showStatus(path, article);
    if (standing !== address) return void unsent.delete(address);
    form.reset();
    put(target, article, address);
    const on = offerNext(article, path);
    (on ?? article.querySelector<HTMLElement>("[aria-invalid='true']") ?? target).focus();
  } catch {
    sayNotSent(form);
  } finally {
    form.ariaBusy = null;
  }
}

/** Shows the first row's matter, sends the pane's forms from there, and leads on from what was done. */
export function startPane(): void {
  const own = document.getElementById("matter");
  if (own) offerNext(own, location.pathname);

  const [first] = links();
  // The most urgent one needs no press at all.
  if (first && pane()) choose(first);

  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    const target = pane();
    if (!target?.contains(form) || form.method !== "post") return;
    event.preventDefault();
    void send(form, target);
  });

  document.addEventListener("click", (event) => {
    const on = (event.target as Element).closest<HTMLAnchorElement>("#pane a[data-next]");
    const row = on && links().find((link) => link.pathname === on.pathname);
    if (!row || !pane()) return;
    event.preventDefault();
    row.focus();
    row.scrollIntoView({ block: "nearest" });
    choose(row);
  });

  addEventListener("beforeunload", (event) => {
    const article = document.querySelector("#pane > #matter");
    if (unsent.size > 0 || (article && hasWords(article))) event.preventDefault();
  });
}
