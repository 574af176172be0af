// What every page must satisfy, on whatever screen and in whatever language it stands open.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { graveFaults } from "./axe.mjs";
import { overflow, settled } from "./browser.mjs";
import { untranslated } from "./messages.mjs";
import { ROOT } from "./program.mjs";

const OUTPUT = join(ROOT, "e2e/output");

/** Holds the page that stands open to everything that every page must satisfy, and leaves its picture in e2e/output/. */
export async function inspect({ page, troubles }, picture) {
  await settled(page);
  await mkdir(OUTPUT, { recursive: true });
  await page.screenshot({ path: join(OUTPUT, `${picture}.png`), fullPage: true });
  const faults = {
    widerByPixels: await overflow(page),
    messageNames: await untranslated(page),
    accessibility: await graveFaults(page),
    troubles: troubles.splice(0),
  };
  assert.deepEqual(faults, { widerByPixels: 0, messageNames: [], accessibility: [], troubles: [] }, page.url());
}
