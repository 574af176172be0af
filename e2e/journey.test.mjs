// One matter's whole way, from a resident's words to the resident's own word that it is done: by a phone whose
// browser runs no scripts, and by a wide screen with them. Staff use the same screen as the resident, with scripts.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { SIZES } from "./lib/browser.mjs";
import {
  TOWN, VILLAGE, act, audited, chooseVillage, confirm, contact, drafted, faults, figures, fillReport, found, history, locate, now,
  openContact, openMatter, photos, reply, report, reported, sendReport, state, status, steps, template, typed,
} from "./lib/pages.mjs";
import { photo } from "./lib/photo.mjs";
import { house } from "./lib/windows.mjs";

const PHONE = "13900007788";
const MASKED = /139\*+7788/;
const VILLAGE_UNIT = "桃溪社区居民委员会";
const TOWN_UNIT = "天城镇人民政府";

suite("one matter", () => {
  const here = house();
  const someone = (...words) => here.someone(...words);
  const troubles = () => here.troubles();

  for (const size of Object.keys(SIZES)) {
    const scripts = size !== "phone";

    test(`from a word to satisfied on a ${size}, scripts ${scripts ? "on" : "off"}`, async () => {
      const before = await figures(await someone({ size }));
      const words = "文化广场的路灯不亮，晚上看不见台阶";

      // A resident says it: first with a fault, which comes back with everything that was typed.
      const resident = await someone({ size, scripts });
      await resident.goto("/report");
      await chooseVillage(resident, TOWN, VILLAGE);
      await fillReport(resident, { words, place: "文化广场西侧台阶", phone: "139" });
      await sendReport(resident);
      assert.equal((await faults(resident)).length, 1);
      const kept = await typed(resident);
      assert.deepEqual({ ...kept, village: undefined }, { words, place: "文化广场西侧台阶", phone: "139", village: undefined });
      assert.match(kept.village, /桃溪/);

      // Then rightly, with a photo: a number, a link, and the community's own desk has it.
      await fillReport(resident, { words, phone: PHONE, photo: photo() });
      await sendReport(resident);
      const { number, link } = await reported(resident);
      assert.ok(link.startsWith(`${here.program.url}/m/`), link);
      await resident.goto(link);
      assert.match(await now(resident), new RegExp(VILLAGE_UNIT));
      assert.equal(await photos(resident), 1);
      assert.match(await resident.locator("main").innerText(), MASKED);

      // The desk takes it and asks; nobody else's desk sees it.
      const handler = await someone({ size }, "handler-village");
      const address = await openMatter(handler, number);
      const stranger = await someone({ size }, "handler-water");
      assert.equal(await found(stranger, number), 0);
      assert.equal(await status(stranger, address), 404);
      assert.equal(await photos(handler), 1);
      assert.match(await contact(handler), MASKED);
      await act(handler, "accept");
      await openContact(handler, "约时间到现场看灯");
      assert.match(await contact(handler), new RegExp(PHONE));
      await openMatter(handler, number);
      assert.match(await contact(handler), MASKED);
      await act(handler, "ask", { words: "是台阶上面那盏，还是下面那盏？" });

      await resident.reload();
      assert.equal(await state(resident), "waiting");
      await reply(resident, "上面那盏，整夜不亮。");

      // It is not theirs alone: they hand it over, and the town settles it with a ready-made reply.
      await openMatter(handler, number);
      assert.ok((await history(handler)).some((line) => line.includes("上面那盏，整夜不亮。")));
      await act(handler, "hand-over", { unit: TOWN_UNIT, words: "灯杆归镇里管，已电话说好。" });
      const town = await someone({ size }, "handler-town");
      await openMatter(town, number);
      await act(town, "accept");
      const words2 = (await template(town, "resolve")).replace(/\{\w+\}/g, "今天上午");
      await act(town, "resolve", { words: words2 });

      // The resident says no: it goes to the supervisor, not back to the same desk.
      await resident.reload();
      assert.equal(await state(resident), "resolved");
      assert.ok((await history(resident)).some((line) => line.includes(words2.slice(0, 20))));
      await confirm(resident, { solved: false });
      await openMatter(town, number);
      assert.ok(!(await steps(town)).some((step) => ["accept", "resolve", "hand-over"].includes(step)));
      const supervisor = await someone({ size }, "supervisor");
      await openMatter(supervisor, number);
      await act(supervisor, "dispatch", { unit: VILLAGE_UNIT, words: "请当天换好，晚上再看一次。" });

      await openMatter(handler, number);
      await act(handler, "accept");
      await act(handler, "resolve", { words: "灯泡和线都换了，昨晚七点看过，亮。" });
      await resident.reload();
      await confirm(resident, { solved: true, satisfied: true });
      assert.equal(await state(resident), "closed");
      assert.ok((await history(resident)).length >= 10);

      // It counts (figures stay the same for some minutes, but not in a program started anew), and the one look at a
      // telephone number is on record with its reason.
      await here.program.restart();
      const after = await figures(await someone({ size }));
      const more = (name) => after[name] - before[name];
      assert.deepEqual(["received", "answers", "solved", "satisfied"].map(more), [1, 2, 1, 1]);
      const audit = await audited(await someone({ size }, "auditor"));
      const lookedAt = audit.filter((line) => line.includes("约时间到现场看灯"));
      assert.equal(lookedAt.length, size === "phone" ? 1 : 2);
      assert.ok(lookedAt.every((line) => line.includes("演示·社区经办人")));
      assert.doesNotMatch(audit.join("\n"), new RegExp(PHONE));
      assert.deepEqual(await troubles(), []);
    });
  }

  test("the place by the phone's own position", async () => {
    const resident = await someone({ size: "phone" });
    await resident.goto("/report");
    await fillReport(resident, { words: "井盖翘起，骑车的人摔了" });
    await locate(resident);
    await sendReport(resident);
    const { number } = await reported(resident);
    const dispatcher = await someone({}, "dispatcher");
    assert.equal(await found(dispatcher, number), 1);
    assert.deepEqual(await troubles(), []);
  });

  test("what was typed is still there after the page was left", async () => {
    const resident = await someone({ size: "phone" });
    await resident.goto("/report");
    await fillReport(resident, { words: "楼道灯坏了三天" });
    await drafted(resident);
    await resident.goto("/figures");
    await resident.goto("/report");
    await resident.waitForFunction(() => document.querySelector("#text").value === "楼道灯坏了三天");
    assert.deepEqual(await troubles(), []);
  });

  test("pressing twice is one matter", async () => {
    const dispatcher = await someone({}, "dispatcher");
    const words = "垃圾桶两天没有清";
    const resident = await someone({ size: "phone", scripts: false });
    const { link } = await report(resident, { words });
    await resident.goBack();
    await sendReport(resident);
    assert.equal((await reported(resident)).link, link);
    assert.equal(await found(dispatcher, words), 1);
    assert.deepEqual(await troubles(), []);
  });
});
