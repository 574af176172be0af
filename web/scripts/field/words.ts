/** What the page for work without signal says; the server's list is `WORDS` in crates/matters/src/pages/field.rs. */

const words = JSON.parse(document.getElementById("field-words")!.textContent!) as Record<string, string>;

/** A word of the page, its blanks `{name}` filled in. */
export function say(id: string, blanks: Record<string, string | number> = {}): string {
  return (words[`field-${id}`] ?? words[id] ?? id).replace(/\{(\w+)\}/g, (blank, key: string) => String(blanks[key] ?? blank));
}

const CHINA = 8 * 3_600_000;

/** A moment as people read it, in China's time and in the server's form: `11-23 09:08`. `micros` counts from 1970. */
export function when(micros: number): string {
  return new Date(micros / 1000 + CHINA).toISOString().slice(5, 16).replace("T", " ");
}
