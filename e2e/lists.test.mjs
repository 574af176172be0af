// The list as a workplace: many at once by the keyboard and without any script, a view kept and shared, deadlines at a
// glance, the list as a workbook, and where matters gather on the map.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { suite, test } from "node:test";
import { openMatter, report, state } from "./lib/pages.mjs";
import { house } from "./lib/windows.mjs";

suite("lists", () => {
  const here = house();
  const someone = (...words) => here.someone(...words);
  const troubles = () => here.troubles();

  async function reports(...words) {
    const numbers = [];
    for (const each of words) {
      const resident = await someone({ size: "phone" });
      numbers.push((await report(resident, { words: each })).number);
    }
    return numbers;
  }

  const row = (page, number) => page.locator("[data-rows] .row", { hasText: number });

  test("many at once by the keyboard", async () => {
    const numbers = await reports("垃圾桶满了，一早上没人收（演示甲）", "楼道口堆着旧沙发（演示甲）", "河边倒了一车建筑渣土（演示甲）");
    const handler = await someone({}, "handler-village");
    await handler.goto(`/inbox?tab=todo&order=new&q=${encodeURIComponent("演示甲")}`);
    await handler.locator("#pane #matter").waitFor();
    // All three, the newest of them unpicked again.
    await handler.keyboard.press("Shift+J");
    await handler.keyboard.press("Shift+J");
    assert.equal(await handler.locator("[data-rows] :checked").count(), 3);
    assert.match(await handler.locator("[data-picked]").innerText(), /3/);
    await handler.keyboard.press("k");
    await handler.keyboard.press("k");
    await handler.keyboard.press("x");
    assert.equal(await handler.locator("[data-rows] :checked").count(), 2);
    await handler.keyboard.press("b");
    assert.match(await handler.evaluate(() => document.activeElement.getAttribute("formaction")), /accept$/);
    await handler.keyboard.press("Enter");
    await handler.waitForURL("**/inbox/bulk/accept");
    assert.equal(await handler.locator("main [name=pick]").count(), 2);
    await handler.locator("main form textarea").fill("已联系，下午去看。");
    await handler.locator("main form .actions .btn").click();
    await handler.locator(".notice.good").waitFor();
    assert.match(await handler.locator(".notice").innerText(), /办了 2 件，没办成 0 件/);
    const stands = [];
    for (const number of numbers) {
      await openMatter(handler, number);
      stands.push(await state(handler));
    }
    assert.ok(stands[0] === stands[1] && stands[2] === "new", stands.join());
    assert.deepEqual(await troubles(), []);
  });

  test("many at once without any script", async () => {
    const numbers = await reports("墙上贴满了小广告（演示乙）", "巷子里的泔水桶翻了（演示乙）");
    const handler = await someone({ scripts: false }, "handler-village");
    await handler.goto("/inbox?tab=todo&order=new");
    for (const number of numbers) await row(handler, number).locator("[name=pick]").check();
    await handler.locator("#bulk [formaction$=note]").click();
    const form = handler.locator("main form");
    await form.locator("textarea").fill("演示：已经登记。");
    const sent = new URLSearchParams(await Promise.all((await handler.locator("main [name]").all())
      .map(async (field) => [await field.getAttribute("name"), await field.inputValue()])
    ).then((all) => all.filter(([name]) => name !== "internal")));
    await form.locator(".actions .btn").click();
    assert.match(await handler.locator(".notice").innerText(), /办了 2 件/);
    // The same form once more: nothing is done again.
    const again = await handler.context().request.post("/inbox/bulk/note", {
      data: sent.toString(), headers: { "content-type": "application/x-www-form-urlencoded" },
    });
    assert.match(await again.text(), /2 件刚才这一次已经办过/);
    assert.deepEqual(await troubles(), []);
  });

  test("a view kept, found again, and removed", async () => {
    const dispatcher = await someone({}, "dispatcher");
    await dispatcher.goto("/inbox?tab=open&category=street-light");
    await dispatcher.locator(".views a[href^='/inbox/views']").click();
    await dispatcher.locator("#name").fill("只看路灯");
    await dispatcher.locator("main form .btn.main").click();
    await dispatcher.waitForURL("**/inbox?tab=open&category=street-light&order=due");
    assert.equal(await dispatcher.locator(".views [aria-current]", { hasText: "只看路灯" }).count(), 1);
    await dispatcher.goto("/inbox/views");
    const kept = dispatcher.locator(".kept > li", { hasText: "只看路灯" });
    await kept.locator("summary").click();
    await kept.locator("form .btn").click();
    await kept.waitFor({ state: "detached" });
    assert.deepEqual(await troubles(), []);
  });

  test("deadlines at a glance narrow the list, and it leaves as a workbook", async () => {
    const dispatcher = await someone({}, "dispatcher");
    await dispatcher.goto("/inbox?tab=open");
    const week = dispatcher.locator(".glance a").nth(3);
    const said = Number(await week.locator("b").innerText());
    await week.click();
    assert.equal(await dispatcher.locator("[data-rows] > .row").count(), Math.min(said, 40));
    const [file] = await Promise.all([
      dispatcher.waitForEvent("download"),
      dispatcher.locator("a[href^='/matters.xlsx']").click(),
    ]);
    assert.equal(file.suggestedFilename(), "matters.xlsx");
    const bytes = await readFile(await file.path());
    assert.equal(bytes.subarray(0, 4).toString("latin1"), "PK\u0003\u0004");
    assert.deepEqual(await troubles(), []);
  });

  test("where matters gather", async () => {
    const dispatcher = await someone({}, "dispatcher");
    await dispatcher.goto("/map");
    await dispatcher.locator("main .tabs a[href*='heat=1']").click();
    await dispatcher.locator("[data-heat][data-ready] canvas").waitFor();
    const squares = await dispatcher.evaluate(async () => (await (await fetch(document.querySelector("[data-heat]").dataset.heat)).json()).features);
    assert.ok(squares.length > 0 && squares.every(({ properties }) => properties.n >= 1 && !("title" in properties)));
    assert.deepEqual(await troubles(), []);
  });
});
