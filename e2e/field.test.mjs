// A grid worker's day with the signal cut at random: nothing is lost, nothing arrives twice.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { graveFaults } from "./lib/axe.mjs";
import { overflow } from "./lib/browser.mjs";
import { allSent, cutAtRandom, dice, openField, stored } from "./lib/field.mjs";
import { act, found, history, openMatter, report, signIn, state, steps } from "./lib/pages.mjs";
import { photo } from "./lib/photo.mjs";
import { house } from "./lib/windows.mjs";

const ENTRIES = "**/field/entries";
const STEPS_OF_A_DAY = 14;

/** Takes a step on the matter with this title, as it is offered without signal. */
async function take(page, title, step, words, files = []) {
  await page.locator("#field-view .row a", { hasText: title }).click();
  const offer = page.locator(`[data-offer="${step}"]`);
  if (!await offer.evaluate((element) => element.open)) await offer.locator("summary").click();
  await offer.locator("textarea").fill(words);
  if (files.length > 0) await offer.locator("input[type=file]").setInputFiles(files);
  await offer.locator("button.main").click();
  await page.locator("#field-view .list").first().waitFor();
}

/** Notes something new. */
async function find(page, words) {
  await page.goto("/field#found");
  await page.locator("#found-words").fill(words);
  await page.locator("#found-place").fill("村口");
  await page.locator("form[data-step=report] button.main").click();
  await page.locator("#field-view .list").first().waitFor();
}

suite("without signal", () => {
  const here = house();
  const someone = (...words) => here.someone(...words);
  const troubles = () => here.troubles();

  test("a day with the signal cut at random", async () => {
    const resident = await someone({ size: "phone" });
    const titles = [];
    const links = [];
    for (const words of ["小区东门的垃圾桶满了三天", "社区公告栏的玻璃碎了", "楼道里的灯不亮"]) {
      links.push((await report(resident, { words })).link);
      titles.push(words);
    }
    const worker = await someone({ size: "phone" }, "handler-village");
    await openField(worker);
    const roll = dice(20261122);
    const said = [];
    let stood = titles.map(() => "dispatched");
    const signal = await cutAtRandom(worker, ENTRIES, roll);
    for (let at = 0; at < STEPS_OF_A_DAY; at += 1) {
      await signal.cut();
      const words = `演示第${at + 1}句`;
      const which = roll(titles.length);
      if (roll(5) === 0) {
        await find(worker, words);
        said.push({ words, new: true });
        continue;
      }
      const step = stood[which] === "dispatched" ? "accept" : "note";
      stood = stood.map((now, index) => (index === which && step === "accept" ? "accepted" : now));
      await take(worker, titles[which], step, words, step === "note" && roll(2) === 0 ? [photo()] : []);
      said.push({ words, which });
    }
    await signal.back();
    await allSent(worker);
    assert.equal(await worker.locator("#field-outbox .error").count(), 0);

    for (const [index, link] of links.entries()) {
      await resident.goto(link);
      const told = (await history(resident)).join("\n");
      for (const { words, which } of said.filter((one) => one.which !== undefined)) {
        assert.equal(told.split(words).length - 1, which === index ? 1 : 0, `${words} in ${titles[index]}`);
      }
    }
    const clerk = await someone({}, "dispatcher");
    for (const { words } of said.filter((one) => one.new)) assert.equal(await found(clerk, words), 1, words);
    const script = (await troubles()).filter((one) => one.startsWith("script:"));
    assert.deepEqual(script, []);
  });

  test("the page opens without signal, offers what the program would, and hears of what came back", async () => {
    const resident = await someone({ size: "phone" });
    const { number } = await report(resident, { words: "健身器材松动了" });
    const worker = await someone({ size: "phone" }, "handler-village");
    await openField(worker);
    await worker.context().setOffline(true);
    await worker.reload();
    await worker.locator("#field-view .row a", { hasText: "健身器材松动了" }).click();
    const offered = await worker.locator("[data-offer]").evaluateAll((all) => all.map((one) => one.dataset.offer).sort());
    assert.equal(await overflow(worker), 0);
    await worker.goto("/field#");
    await take(worker, "健身器材松动了", "accept", "明天上午去紧螺丝");
    // It is taken on the phone at once, by the same table.
    await worker.locator("#field-view .row a", { hasText: "健身器材松动了" }).click();
    assert.ok(await worker.locator('[data-offer="resolve"]').count() > 0);

    const colleague = await someone({}, "handler-village");
    await openMatter(colleague, number);
    assert.deepEqual((await steps(colleague)).filter((step) => ["accept", "ask", "note", "resolve"].includes(step)).sort(), offered);
    await act(colleague, "accept", { words: "我先去了" });

    await worker.goto("/field#");
    await worker.context().setOffline(false);
    await worker.evaluate(() => dispatchEvent(new Event("online")));
    await allSent(worker);
    await worker.locator("#field-view .row", { hasText: "健身器材松动了" }).locator(".tag").waitFor();
    await openMatter(colleague, number);
    assert.match((await history(colleague)).join("\n"), /明天上午去紧螺丝/);
    assert.equal(await state(colleague), "on-time");
    assert.deepEqual(await graveFaults(worker), []);
  });

  test("what is refused stays with its reason, and another account finds nothing of it", async () => {
    const resident = await someone({ size: "phone" });
    const { link } = await report(resident, { words: "长椅断了一条腿" });
    const worker = await someone({ size: "phone" }, "handler-village");
    await openField(worker);
    await worker.context().setOffline(true);
    await take(worker, "长椅断了一条腿", "accept", "已用绳子固定");
    await resident.goto(link);
    await resident.locator("details:has(form[action$='/withdraw']) > summary").click();
    await resident.locator("form[action$='/withdraw'] .btn").click();
    await worker.context().setOffline(false);
    await worker.evaluate(() => dispatchEvent(new Event("online")));
    await worker.locator("#field-outbox .error").waitFor();
    assert.match(await worker.locator("#field-outbox").innerText(), /已用绳子固定/);

    // The stored bytes say nothing in words.
    const kept = await stored(worker, "长椅");
    assert.ok(kept.count >= 2);
    assert.deepEqual([kept.tells, kept.extractable], [false, false]);

    await worker.context().clearCookies();
    await signIn(worker, "handler-town");
    await openField(worker);
    await worker.locator(".notice", { hasText: "另一个账号" }).waitFor();
    assert.doesNotMatch(await worker.locator("#field").innerText(), /已用绳子固定/);
  });

  test("a place to look at is noted without signal, and what is wrong there is one matter", async () => {
    const worker = await someone({ size: "phone" }, "grid");
    await openField(worker);
    const places = worker.locator("#field-view .row a[href^='#p-']");
    await places.first().waitFor();
    const before = await places.count();
    assert.ok(before >= 2);
    await worker.context().setOffline(true);
    const [well, wrong] = (await places.evaluateAll((all) => all.map((link) => link.hash.slice(3)))).map((id) => `/patrols/421223/${id}`);
    await places.first().click();
    await worker.locator("form[data-step=fine] button").click();
    await worker.locator("#field-view .chip", { hasText: "等信号" }).waitFor();
    await places.nth(1).click();
    await worker.locator("[data-offer=found] summary").click();
    await worker.locator("form[data-step=found] .actions .btn").click();
    await worker.locator("form[data-step=found] .error:not([hidden])").waitFor();
    await worker.locator("form[data-step=found] textarea").fill("演示：漏油，地上一摊");
    await worker.locator("form[data-step=found] input[type=file]").setInputFiles([photo()]);
    assert.equal(await overflow(worker), 0);
    assert.deepEqual(await graveFaults(worker), []);
    await worker.locator("form[data-step=found] .actions .btn").click();
    await worker.locator("#field-view .list").first().waitFor();
    assert.equal(await worker.locator("#field-outbox li").count(), 2);
    // The answer to the second is lost on its way: it is sent again, and is still one.
    let lose;
    const lost = new Promise((resolve) => { lose = resolve; });
    await worker.route(ENTRIES, async (route) => {
      const answer = await route.fetch();
      if (!lose || !(await answer.text()).includes('"number":"2')) return route.fulfill({ response: answer });
      lose(await route.abort("connectionreset"));
      lose = undefined;
      return undefined;
    });
    await worker.context().setOffline(false);
    await lost;
    // The signal coming back is tried at once, not in a minute.
    await worker.context().setOffline(true);
    await worker.context().setOffline(false);
    await allSent(worker);
    const dispatcher = await someone({}, "dispatcher");
    await dispatcher.goto(well);
    await dispatcher.locator(".chip", { hasText: "正常" }).waitFor();
    await dispatcher.goto(wrong);
    await dispatcher.locator(".chip", { hasText: "发现问题" }).waitFor();
    assert.match(await dispatcher.locator("main .list .row").innerText(), /漏油/);
    await dispatcher.goto(`/inbox?tab=all&q=${encodeURIComponent("漏油，地上一摊")}`);
    assert.equal(await dispatcher.locator("[data-rows] .row").count(), 1);
    await troubles();
  });
});
