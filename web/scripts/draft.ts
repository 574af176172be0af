/**
 * Keeps what was typed into `form[data-draft=NAME]` in this browser until it is sent, so that a dead battery or a lost
 * connection costs nothing: a moment after the last key, and at once when the page is put away (a phone may never show it
 * again). Passwords, files, hidden fields and `[data-no-draft]` are never kept. A draft is offered
 * only into an empty form: what the server gave back is newer.
 */

import { word } from "./words";

const PREFIX = "lx:draft:";
const WAIT_MS = 400;
const KEEP_MS = 7 * 24 * 3600 * 1000;
const SKIPPED = new Set(["password", "file", "hidden", "submit", "button"]);

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;
interface Draft {
  at: number;
  values: Record<string, string[]>;
}

function fieldsOf(form: HTMLFormElement): Field[] {
  return [...form.querySelectorAll<Field>("input[name], textarea[name], select[name]")].filter(
    (field) => !SKIPPED.has(field.type) && !field.closest("[data-no-draft]"),
  );
}

function isTick(field: Field): field is HTMLInputElement {
  return field instanceof HTMLInputElement && (field.type === "radio" || field.type === "checkbox");
}

function isText(field: Field): field is HTMLInputElement | HTMLTextAreaElement {
  return !isTick(field) && !(field instanceof HTMLSelectElement);
}

function read(form: HTMLFormElement): Draft["values"] {
  const values: Draft["values"] = {};
  for (const field of fieldsOf(form)) {
    const kept = (values[field.name] ??= []);
    if (!isTick(field) || field.checked) kept.push(field.value);
  }
  return values;
}

function write(form: HTMLFormElement, values: Draft["values"]): void {
  for (const field of fieldsOf(form)) {
    const kept = values[field.name];
    if (!kept) continue;
    if (isTick(field)) field.checked = kept.includes(field.value);
    else field.value = kept[0] ?? "";
    if (field.value && field.closest("details")) field.closest("details")!.open = true;
  }
}

/** Storage may be switched off or full; a form must not mind. */
function load(key: string): Draft | undefined {
  try {
    const draft = JSON.parse(localStorage.getItem(key) ?? "null") as Draft | null;
    return draft && Date.now() - draft.at < KEEP_MS ? draft : undefined;
  } catch {
    return undefined;
  }
}

function save(key: string, form: HTMLFormElement): void {
  try {
    const draft: Draft = { at: Date.now(), values: read(form) };
    localStorage.setItem(key, JSON.stringify(draft));
  } catch {
    // Nothing to say: the form itself still holds the words.
  }
}

function announce(form: HTMLFormElement, key: string): void {
  const bar = document.createElement("div");
  bar.className = "notice";
  bar.setAttribute("role", "status");
  const said = document.createElement("p");
  said.textContent = word("draft-restored");
  const drop = document.createElement("button");
  drop.type = "button";
  drop.className = "btn small";
  drop.textContent = word("draft-drop");
  drop.addEventListener("click", () => {
    localStorage.removeItem(key);
    form.reset();
    bar.remove();
    fieldsOf(form)[0]?.focus();
  });
  bar.append(said, drop);
  form.prepend(bar);
}

function keep(form: HTMLFormElement): void {
  const key = PREFIX + form.dataset["draft"];
  const draft = load(key);
  const untouched = fieldsOf(form).filter(isText).every((field) => field.value === field.defaultValue && !field.value);
  const worthwhile = fieldsOf(form).filter(isText).some((field) => draft?.values[field.name]?.[0]?.trim());
  if (draft && worthwhile && untouched) {
    write(form, draft.values);
    announce(form, key);
  }
  let timer = 0;
  const saveNow = (): void => {
    if (timer === 0) return;
    clearTimeout(timer);
    timer = 0;
    save(key, form);
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(saveNow, WAIT_MS);
  });
  // A phone that switches to its camera or locks its screen says the first, a page that is left says the second.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") saveNow();
  });
  addEventListener("pagehide", saveNow);
  // Sent is not yet received: the page that says 「收到了」 carries data-draft-done and drops the draft.
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    timer = 0;
    save(key, form);
  });
}

/** Starts keeping every form that asks for it, and forgets the drafts this page says were received. */
export function keepDrafts(): void {
  for (const done of document.querySelectorAll<HTMLElement>("[data-draft-done]")) {
    try {
      localStorage.removeItem(PREFIX + done.dataset["draftDone"]);
    } catch {
      // Storage switched off: there was no draft either.
    }
  }
  document.querySelectorAll<HTMLFormElement>("form[data-draft]").forEach(keep);
}
