// Every page, on a phone and on a wide screen, in Chinese and in English: it opens, nothing complains, nothing
// sticks out, axe finds nothing serious, no message is missing. `make e2e` leaves pictures of all of them in e2e/output/.

import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { gzipSync } from "node:zlib";
import { LANGUAGES, SIZES, focusUnseen, launch, settled, visitor } from "./lib/browser.mjs";
import { inspect } from "./lib/inspect.mjs";
import { MUCH_USED, PAGES, fillReport, reported, sendReport, signIn, spokenPlace } from "./lib/pages.mjs";
import { start } from "./lib/program.mjs";

const LARGEST_REPORT_PAGE = 50 * 1024;

/** An upright A4 page less 14 mm on either side, in CSS pixels. */
const A4_WITHIN_MARGINS = 688;

/** Every view of the pages: all of them in both languages, the much used ones in the other looks too. */
const VIEWS = Object.keys(SIZES).flatMap((size) => [
  ...LANGUAGES.map((language) => ({ size, language, takes: () => true })),
  ...[
    { language: "zh-TW" },
    { language: "zh-CN", look: "dark" },
    { language: "zh-CN", look: "elder" },
  ].map((view) => ({ size, ...view, takes: ({ name }) => MUCH_USED.includes(name) })),
]);

let program;
let browser;

before(async () => {
  program = await start();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await program?.stop();
});

// Two at a time: while one page is drawn, axe looks at another.
suite("pages", { concurrency: 2 }, () => {
  for (const { size, language, look, takes } of VIEWS) {
    const view = [size, language, look].filter(Boolean).join("-");
    for (const { login, pages } of PAGES) {
      const taken = pages.filter(takes);
      if (taken.length === 0) continue;
      suite(`${view} as ${login ?? "anybody"}`, { concurrency: 1 }, () => {
        let someone;

        before(async () => {
          someone = await visitor(browser, program.url, { size, language, look });
          if (login) await signIn(someone.page, login);
        });
        after(() => someone.context.close());

        for (const { name, path } of taken) {
          test(name, async () => {
            const address = typeof path === "string" ? path : await path(someone.page);
            const answer = await someone.page.goto(address, { waitUntil: "load" });
            assert.equal(answer.status(), 200, address);
            // Both screens wear the same colours.
            await inspect(someone, `${name}-${view}`, { axe: language !== "en", contrast: size === "phone" });
          });
        }
      });
    }
  }
});

suite("in passing", () => {
  for (const size of Object.keys(SIZES)) {
    test(`a form given back on a ${size}`, async () => {
      const resident = await visitor(browser, program.url, { size });
      await resident.page.goto("/report");
      await fillReport(resident.page, { words: "路灯不亮", phone: "12" });
      await sendReport(resident.page);
      await resident.page.locator("#errors").waitFor();
      await inspect(resident, `report-given-back-${size}-zh-CN`);
      await resident.context.close();
    });
  }

  test("what is not there says so", async () => {
    const { context, page } = await visitor(browser, program.url);
    const answer = await page.goto("/no-such-page");
    assert.equal(answer.status(), 404);
    // Chromium writes every 404 to its console, as it should here.
    await inspect({ page, troubles: [] }, "not-found-desk-zh-CN");
    await context.close();
  });

  test("whoever works with the keyboard sees where they are", async () => {
    const { context, page } = await visitor(browser, program.url);
    for (const path of ["/", "/report", "/figures", "/sign-in"]) {
      await page.goto(path);
      assert.deepEqual(await focusUnseen(page, 24), [], path);
    }
    await signIn(page, "dispatcher");
    await page.goto("/inbox?tab=open");
    await page.locator("#pane #matter").waitFor();
    assert.deepEqual(await focusUnseen(page, 40), [], "/inbox");
    await context.close();
  });

  test("a place named in the words is asked about, and taken once it is confirmed", async () => {
    const { context, page, troubles } = await visitor(browser, program.url, { size: "phone" });
    await page.goto("/report");
    await fillReport(page, { words: "天城镇桃溪社区篮球场的灯不亮" });
    const question = await spokenPlace(page);
    assert.match(await question.innerText(), /天城镇 › 桃溪社区/);
    await inspect({ page, troubles }, "report-place-named-phone-zh-CN");
    await question.locator("label").first().click();
    await sendReport(page);
    await reported(page);
    assert.match(await page.locator("main .facts").first().innerText(), /桃溪社区/);
    await context.close();
  });

  test("a chart drawn for a wide screen fits on paper", async () => {
    const { context, page } = await visitor(browser, program.url);
    await page.goto("/figures");
    await settled(page);
    await page.emulateMedia({ media: "print" });
    const drawn = await page.evaluate(() => {
      dispatchEvent(new Event("beforeprint"));
      return [...document.querySelectorAll(".chart svg")].map((svg) => Number(svg.getAttribute("width")));
    });
    assert.ok(drawn.length > 0 && drawn.every((width) => width > 300 && width <= A4_WITHIN_MARGINS), `${drawn}`);
    await context.close();
  });

  test("the report page is light", async () => {
    const { context, page } = await visitor(browser, program.url, { size: "phone" });
    const sizes = [];
    page.on("response", (answer) => {
      sizes.push(answer.body().then((body) => [new URL(answer.url()).pathname, gzipSync(body).length]));
    });
    await page.goto("/report", { waitUntil: "networkidle" });
    const loaded = await Promise.all(sizes);
    const total = loaded.reduce((sum, [, bytes]) => sum + bytes, 0);
    assert.ok(loaded.some(([path]) => path.endsWith(".css")) && loaded.some(([path]) => path.endsWith(".js")));
    assert.ok(total <= LARGEST_REPORT_PAGE, `${total} bytes: ${JSON.stringify(loaded)}`);
    await context.close();
  });
});
