// Accessibility by axe-core, put into the page beside its content policy, not through it.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const GRAVE = new Set(["serious", "critical"]);

/**
 * What axe calls serious or critical on the page as it stands, one line for each element. Looking whether letters stand
 * out from what is behind them takes half of axe's time, and can be left out by `contrast: false`.
 */
export async function graveFaults(page, { contrast = true } = {}) {
  const session = await page.context().newCDPSession(page);
  await session.send("Runtime.evaluate", { expression: AXE });
  await session.detach();
  const { violations } = await page.evaluate((options) => globalThis.axe.run(document, options), {
    resultTypes: ["violations"],
    rules: { "color-contrast": { enabled: contrast } },
  });
  return violations
    .filter(({ impact }) => GRAVE.has(impact))
    .flatMap(({ id, help, nodes }) => nodes.map(({ target, failureSummary }) =>
      `${id}: ${help} at ${target.join(" ")} (${failureSummary.split("\n").slice(1).join("; ").trim()})`));
}
