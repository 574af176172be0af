// What every page must satisfy, on whatever screen and in whatever language it stands open.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { graveFaults } from "./axe.mjs";
import { overflow, settled } from "./browser.mjs";
import { untranslated } from "./messages.mjs";
import { ROOT } from "./program.mjs";

const OUTPUT = join(ROOT, "e2e/output");
const PICTURES = process.env.LIANXIN_E2E_PICTURES === "1";

/**
 * Holds the page that stands open to everything that every page must satisfy, and leaves its picture in e2e/output/ where
 * LIANXIN_E2E_PICTURES=1 asks for pictures. `axe` looks at how the page is built, the same in every language; `contrast` at
 * its colours, the same on every screen.
 */
export async function inspect({ page, troubles }, picture, { axe = true, contrast = true } = {}) {
  await settled(page);
  if (PICTURES) {
    await mkdir(OUTPUT, { recursive: true });
    await page.screenshot({ path: join(OUTPUT, `${picture}.png`), fullPage: true });
  }
  const faults = {
    widerByPixels: await overflow(page),
    messageNames: await untranslated(page),
    accessibility: axe ? await graveFaults(page, { contrast }) : [],
    troubles: troubles.splice(0),
  };
  assert.deepEqual(faults, { widerByPixels: 0, messageNames: [], accessibility: [], troubles: [] }, page.url());
}
