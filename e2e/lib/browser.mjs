// Chromium as people hold it: a phone and a wide screen, in Chinese and in English.

import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const EXECUTABLE = process.env.CHROMIUM ?? ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);

export const SIZES = {
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
  desk: { viewport: { width: 1440, height: 900 } },
};
export const LANGUAGES = ["zh-CN", "en"];

/** A form given back with its faults marked arrives as 422, which Chromium also writes to its console. */
const GIVEN_BACK = /^Failed to load resource: the server responded with a status of 422/;

/** Starts the browser; nothing of it may reach the network but the program under test. */
export function launch() {
  return chromium.launch({
    executablePath: EXECUTABLE,
    args: [
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--disable-dev-shm-usage",
    ],
  });
}

/**
 * Opens a visitor's own window (fresh cookies) and gathers what goes wrong in it.
 * `size` is a key of SIZES, `language` a tag, `look` what the cookie of that name holds (`elder`, `dark`, `elder-dark`);
 * without `scripts` the browser runs none.
 * Returns the page, its context, and `troubles`: what the console, the scripts and the network complained about.
 */
export async function visitor(browser, base, { size = "desk", language = "zh-CN", look, scripts = true } = {}) {
  const context = await browser.newContext({
    ...SIZES[size],
    javaScriptEnabled: scripts,
    baseURL: base,
    locale: language,
    timezoneId: "Asia/Shanghai",
    reducedMotion: "reduce",
  });
  context.setDefaultTimeout(15_000);
  if (look) await context.addCookies([{ name: "lx_look", value: look, url: base }]);
  const page = await context.newPage();
  const troubles = [];
  page.on("pageerror", (error) => troubles.push(`script: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" && !GIVEN_BACK.test(message.text())) troubles.push(`console: ${message.text()}`);
  });
  page.on("requestfailed", (request) => {
    const why = request.failure()?.errorText;
    // A page left while something still loads is no fault of the page.
    if (why !== "net::ERR_ABORTED") troubles.push(`request: ${request.url()} ${why}`);
  });
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith("http") && url.origin !== new URL(base).origin) troubles.push(`foreign: ${url}`);
  });
  return { context, page, troubles };
}

/** Waits until the page is as a person sees it who has read it to its end: maps and charts come when they are scrolled to. */
export async function settled(page) {
  for (const island of await page.locator("[data-island]:not(:has([data-open]))").all()) {
    await island.scrollIntoViewIfNeeded();
    await island.and(page.locator("[data-ready]")).waitFor();
  }
  await page.evaluate(() => globalThis.scrollTo(0, 0));
}

/** How many pixels the page is wider than its window; 0 is right. */
export function overflow(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/**
 * Where the keyboard stands without anybody seeing it, over so many steps with Tab: the elements that had the focus while
 * neither they, nor what they stand for (their row, their card, the button drawn in their place), had an outline.
 */
export async function focusUnseen(page, steps) {
  const unseen = [];
  for (let step = 0; step < steps; step += 1) {
    await page.keyboard.press("Tab");
    const lost = await page.evaluate(() => {
      const at = document.activeElement;
      const outlined = (element) => {
        const { outlineStyle, outlineWidth } = element ? getComputedStyle(element) : {};
        return element && outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
      };
      // The button inside a field for a date has a ring of its own, which no script can look at.
      if (["date", "month", "time"].includes(at.type) && !at.matches(":focus")) return undefined;
      const standsFor = [at, at.parentElement, at.closest(".row, .choice"), at.nextElementSibling];
      return at === document.body || standsFor.some(outlined) ? undefined : at.outerHTML.slice(0, 120);
    });
    if (lost) unseen.push(lost);
  }
  return unseen;
}
