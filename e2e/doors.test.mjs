// A day of visits with the signal cut at random: nothing found at a door is lost, nothing arrives twice, and what is personal
// is off the phone once nobody asks any more.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { graveFaults } from "./lib/axe.mjs";
import { overflow } from "./lib/browser.mjs";
import { allSent, cutAtRandom, dice, doorsAlong, knock, openField, say, stored } from "./lib/field.mjs";
import { VILLAGE, bringList, doorsOf, foundAtDoors, match, openCheck, sendVisits } from "./lib/pages.mjs";
import { house } from "./lib/windows.mjs";

const TITLE = "演示入户核对";
/** Generated people: nobody real, and none of them registered. */
const NAMES = ["演示岳一", "演示岳二", "演示岳三", "演示岳四", "演示岳五", "演示岳六", "演示岳七", "演示岳八"];
const LIST = ["姓名,出生日期,联系电话,住址", ...NAMES.map((name, at) => `${name},195${at}-02-03,1370000811${at},演示小区1栋${101 + at}室`)].join("\n");
/** What is found, door by door: in the words of the page that tells how far the visits are. */
const FOUND = [["lives", "住在这里，写的都对"], ["unknown", "没有这个人"], ["lives", "住在这里，写的都对"], ["refused", "不愿意说"], ["corrected", "住在这里，有的要改"], ["moved", "搬走了"], ["lives", "住在这里，写的都对"]];

suite("visits without signal", () => {
  const here = house();
  let check;
  let worker;

  test("a day at the doors with the signal cut at random", async () => {
    const secretary = await here.someone({}, "secretary");
    const last = new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10);
    check = await openCheck(secretary, { title: TITLE, purpose: "核对津贴", ground: "演示依据", area: VILLAGE, last, office: "崇阳县民政局" });
    const list = await bringList(await here.someone({}, "handler-civil"), check, { title: "津贴名单", name: "list.csv", text: LIST });
    await match(secretary, check, list);
    await sendVisits(secretary, check);

    worker = await here.someone({ size: "phone" }, "grid");
    await openField(worker);
    const doors = await doorsAlong(worker, TITLE);
    assert.equal(doors.length, NAMES.length, "every door is on the phone");
    const roll = dice(20261123);
    const signal = await cutAtRandom(worker, "**/field/visits/entries", roll);
    for (const [at, [, href]] of doors.entries()) {
      await signal.cut();
      await knock(worker, href);
      if (at === FOUND.length) {
        await say(worker, "home", { note: "晚上来" });
        continue;
      }
      if (roll(3) === 0) {
        await say(worker, "home");
        await signal.cut();
        await knock(worker, href);
      }
      if (at === 2) await say(worker, "meet", { name: "演示岳新", phone: "13700008199" });
      await say(worker, FOUND[at][0], FOUND[at][0] === "corrected" ? { phone: "13700008200" } : {});
    }
    await signal.back();
    await allSent(worker);
    assert.equal(await worker.locator("#field-outbox .error").count(), 0);

    const told = await foundAtDoors(secretary, check);
    for (const words of new Set(FOUND.map(([, words]) => words))) {
      assert.equal(told.found[words], FOUND.filter((one) => one[1] === words).length, words);
    }
    assert.deepEqual(told.met, ["演示岳新"], "who was met is registered once");
    const left = await doorsOf(worker, check);
    assert.equal(left.length, 1, "only the door where nobody was home is left");
    assert.deepEqual((await here.troubles()).filter((one) => one.startsWith("script:")), []);
  });

  test("it opens without signal, says nothing in stored words, and forgets a door that is done or over", async () => {
    worker = await here.someone({ size: "phone" }, "grid");
    await openField(worker);
    const [[address, href]] = await doorsAlong(worker, TITLE);
    await worker.context().setOffline(true);
    await worker.reload();
    await knock(worker, href);
    assert.match(await worker.locator("#field-view").innerText(), /晚上来/);
    assert.equal(await overflow(worker), 0);
    assert.deepEqual(await graveFaults(worker), []);
    assert.deepEqual(Object.values(await stored(worker, "演示岳")).slice(1), [false, false]);

    // A colleague was quicker and found something else: the phone keeps what was said, with the reason.
    await say(worker, "unknown");
    const colleague = await here.someone({ size: "phone" }, "grid");
    await openField(colleague);
    await knock(colleague, href);
    await say(colleague, "lives");
    await allSent(colleague);
    await worker.context().setOffline(false);
    await worker.evaluate(() => dispatchEvent(new Event("online")));
    await worker.locator("#field-outbox .error", { hasText: "住在这里" }).waitFor();
    worker.on("dialog", (dialog) => dialog.accept());
    await worker.locator("#field-outbox .btn").last().click();
    await allSent(worker);
    await worker.goto("/field#");
    assert.deepEqual(await doorsAlong(worker, TITLE), [], "nobody asks there any more");
    assert.doesNotMatch(await worker.locator("#field").innerText(), new RegExp(address));
    assert.deepEqual((await here.troubles()).filter((one) => one.startsWith("script:")), []);
  });
});
