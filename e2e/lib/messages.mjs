// Finds messages that reached the page as their own names because no translation was found.

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "./program.mjs";

/** Every message name in the program's Fluent files. Those of one plain word are left out: they may be said on purpose. */
async function names() {
  const files = await readdir(join(ROOT, "crates"), { recursive: true });
  const texts = await Promise.all(files.filter((file) => file.endsWith(".ftl"))
    .map((file) => readFile(join(ROOT, "crates", file), "utf8")));
  const found = texts.flatMap((text) => [...text.matchAll(/^([a-z][a-z0-9]*(?:-[a-z0-9]+)+)\s*=/gm)].map((match) => match[1]));
  return new Set(found);
}

const NAMES = await names();

/** The message names that stand as words in what the page shows or says to a screen reader. */
export async function untranslated(page) {
  const words = await page.evaluate(() => {
    const said = [document.title, document.body.innerText];
    for (const element of document.querySelectorAll("[aria-label], [placeholder], [title], [alt]")) {
      for (const name of ["aria-label", "placeholder", "title", "alt"]) said.push(element.getAttribute(name) ?? "");
    }
    return said.join("\n").split(/[\s「」()（）,，.。:：!！?？]+/);
  });
  return [...new Set(words.filter((word) => NAMES.has(word)))];
}
