// Every page, on a phone and on a wide screen, in Chinese and in English: it opens, nothing complains, nothing
// sticks out, axe finds nothing serious, no message is missing. Pictures of all of them are left in e2e/output/.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { graveFaults } from "./lib/axe.mjs";
import { LANGUAGES, SIZES, launch, overflow, visitor } from "./lib/browser.mjs";
import { untranslated } from "./lib/messages.mjs";
import { PUBLIC_PAGES, STAFF_PAGES, signIn } from "./lib/pages.mjs";
import { ROOT, start } from "./lib/program.mjs";

const OUTPUT = join(ROOT, "e2e/output");

/** Opens one page and holds it to everything that every page must satisfy. */
async function inspect({ page, troubles }, { name, path }, picture) {
  const answer = await page.goto(path, { waitUntil: "load" });
  assert.equal(answer.status(), 200, `${path} answers`);
  await page.screenshot({ path: join(OUTPUT, `${name}-${picture}.png`), fullPage: true });
  const faults = {
    widerByPixels: await overflow(page),
    messageNames: await untranslated(page),
    accessibility: await graveFaults(page),
    troubles,
  };
  assert.deepEqual(faults, { widerByPixels: 0, messageNames: [], accessibility: [], troubles: [] }, path);
}

suite("pages", async () => {
  let program;
  let browser;

  before(async () => {
    await mkdir(OUTPUT, { recursive: true });
    [program, browser] = await Promise.all([start(), launch()]);
  });
  after(async () => {
    await browser?.close();
    await program?.stop();
  });

  for (const size of Object.keys(SIZES)) {
    for (const language of LANGUAGES) {
      const picture = `${size}-${language}`;
      for (const place of PUBLIC_PAGES) {
        test(`${place.name} ${picture}`, async () => {
          const guest = await visitor(browser, program.url, { size, language });
          await inspect(guest, place, picture);
          await guest.context.close();
        });
      }
      for (const place of STAFF_PAGES) {
        test(`${place.name} ${picture}`, async () => {
          const worker = await visitor(browser, program.url, { size, language });
          await signIn(worker.page, place.login);
          await inspect(worker, place, picture);
          await worker.context.close();
        });
      }
    }
  }
});
