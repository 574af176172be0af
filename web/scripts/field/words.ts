/** What the page for work without signal says; the server's list is `WORDS` in crates/matters/src/pages/field.rs. */

const words = JSON.parse(document.getElementById("field-words")!.textContent!) as Record<string, string>;

/** A word of the page, its blanks `{name}` filled in. */
export function say(id: string, blanks: Record<string, string | number> = {}): string {
  return (words[`field-${id}`] ?? id).replace(/\{(\w+)\}/g, (blank, key: string) => String(blanks[key] ?? blank));
}

const clock = new Intl.DateTimeFormat(document.documentElement.lang, {
  timeZone: "Asia/Shanghai", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false,
});

/** A moment as people read it. `micros` counts from 1970. */
export function when(micros: number): string {
  return clock.format(micros / 1000);
}
