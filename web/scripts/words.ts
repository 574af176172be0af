/**
 * What the scripts say. The page brings the words in the reader's language in its `lx-words` block; the server's list
 * is `SCRIPT_WORDS` in crates/foundation/src/web/shell.rs, and a test there holds it to the names below.
 */

export type Word =
  | "copied" | "copy-selected"
  | "draft-restored" | "draft-drop"
  | "photos-add" | "photos-chosen" | "photos-too-large" | "photos-too-many" | "photo-remove" | "photo-remove-named"
  | "place-locating" | "place-found" | "place-picked" | "place-refused" | "place-slow" | "place-unknown"
  | "map-title" | "map-zoom-in" | "map-zoom-out" | "map-marker" | "map-close" | "map-opening" | "map-unopened"
  | "chart-none"
  | "matter-next" | "not-sent" | "picked";

const words = JSON.parse(document.getElementById("lx-words")!.textContent!) as Record<Word, string>;

/** The language the page is written in, for numbers. */
export const language = document.documentElement.lang;

/** A word of the page, its blanks `{name}` filled in. */
export function word(name: Word, blanks: Record<string, string | number> = {}): string {
  return words[name].replace(/\{(\w+)\}/g, (blank, key: string) => String(blanks[key] ?? blank));
}

/** Joins whole sentences, with a space between them in languages that put one. */
export function sentences(...said: string[]): string {
  return said.filter(Boolean).join(language.startsWith("zh") ? "" : " ");
}
