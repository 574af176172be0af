// The process is killed while a list is read, while it is matched and while people are sent to the doors: nothing is lost,
// nothing is there by half, and going on ends where it would have ended.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { VILLAGE, bands, openCheck, visitsMade } from "./lib/pages.mjs";
import { house } from "./lib/windows.mjs";

/** People on the list, generated: nobody real, nobody registered. So many of them name a door; the others ask at none of their own. */
const PEOPLE = 3_000;
const DOORS = 600;
const LETTERS = [..."安宝成达恩方贵宏嘉康立明宁平庆荣盛泰文祥"];
const LIST = ["姓名,出生日期,联系电话,住址", ...Array.from({ length: PEOPLE }, (_, at) => {
  const name = [at, at / 20, at / 400].map((part) => LETTERS[Math.floor(part) % LETTERS.length]).join("");
  const born = `19${30 + (at % 60)}-0${1 + (at % 9)}-1${at % 10}`;
  return `${name},${born},137${String(at).padStart(8, "0")},演示长路${(at % DOORS) + 1}号`;
})].join("\n");

suite("a check outlives kills", () => {
  const here = house();
  let page;
  let check;
  let list;

  /** Does something and kills the program so many milliseconds later. */
  async function killed(act, after) {
    const acting = act().catch(() => undefined);
    await sleep(after);
    await here.program.kill();
    await acting;
    await here.program.serve();
    await go("/");
  }
  /** Goes there, also where the browser still shows that the program was gone a moment ago. */
  async function go(address) {
    for (let tries = 1; ; tries += 1) {
      try {
        return await page.goto(address);
      } catch (error) {
        if (tries === 5) throw error;
        await sleep(200 * tries);
      }
    }
  }
  const press = (selector) => page.locator(selector).click({ noWaitAfter: true });
  const isRead = async () => { await go(list); return await page.locator("#columns").count() === 0; };

  test("a list is read whole or not at all", async () => {
    page = await here.someone({}, "secretary");
    const last = new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10);
    check = await openCheck(page, { title: "演示断电排查", purpose: "核对津贴", ground: "演示依据", area: VILLAGE, last, office: "崇阳县民政局" });
    await page.locator("#title").fill("长名单");
    await page.locator("#file").setInputFiles({ name: "list.csv", mimeType: "text/csv", buffer: Buffer.from(LIST) });
    await press("form[action$='/bring'] button");
    await page.waitForURL(/\/rolls\//);
    list = new URL(page.url()).pathname;
    let cut = 0;
    for (const after of [30, 150, 400, 800]) {
      if (await isRead()) break;
      await killed(() => press("#columns .btn.main"), after);
      cut += 1;
    }
    assert.ok(cut > 0);
    // Whoever was killed is waited for some seconds, then somebody else may read.
    for (let tries = 0; !await isRead(); tries += 1) {
      assert.ok(tries < 30, "the list was not read");
      await page.locator("#columns .btn.main").click();
      await sleep(1_000);
    }
  });

  test("matching goes on by itself and shows nothing half done", async () => {
    await go(check);
    const sheet = page.locator(`#roll-${list.split("/").pop()}`);
    await sheet.locator("form[action$='/link'] button").click();
    for (const after of [200, 900]) await killed(async () => undefined, after);
    for (let looks = 0; await sheet.locator("dl").count() === 0; looks += 1) {
      assert.ok(looks < 120, "the list was not matched");
      await sleep(1_000);
      await go(check);
    }
    const { certain, likely, moved = 0, unclear, above } = await bands(page, list);
    assert.equal(certain + likely + moved + unclear + above, PEOPLE);
  });

  test("people are sent to every door once or to none", async () => {
    let made = 0;
    const other = await here.someone({}, "secretary");
    for (const after of [50, 400, 1_200]) {
      await go(`${check}/visits`);
      await killed(() => press("form[action$='/send'] button"), after);
      made = await visitsMade(page, check);
      assert.ok(made === 0 || made >= DOORS, `${made} visits`);
    }
    for (const before of [made, DOORS]) {
      // Planning reads everybody: it takes its time, and the page waits for it.
      await go(`${check}/visits`);
      await press("form[action$='/send'] button");
      for (let looks = 0; before === 0 && made === 0; looks += 1) {
        assert.ok(looks < 60, "nobody was sent");
        await sleep(1_000);
        made = await visitsMade(other, check);
      }
    }
    await sleep(5_000);
    assert.equal(await visitsMade(page, check), made, "a door stays one, however often people are sent");
  });
});
