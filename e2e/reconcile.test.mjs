// A two-way check as its people go through it: opened for a purpose, a list brought, read and matched, the unclear decided by
// one key, what was found taken back by the office, and nobody else the wiser.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  VILLAGE, answer, bands, bringList, checkOf, completeness, correct, doorsOf, match, openCheck, sendVisits, status, takeResults,
  toldAtTheDoors, unclear, wrongLines,
} from "./lib/pages.mjs";
import { house } from "./lib/windows.mjs";

const TITLE = "演示津贴排查";
/** Generated people: nobody real, and none of them registered; the second line's telephone is none. */
const LIST = "姓名,出生日期,联系电话,住址\n演示冯一,1941-02-03,13700009001,演示小区1栋101室\n演示冯二,1942-03-04,12,桃溪社区\n";

suite("two-way checks", () => {
  const here = house();
  let check;
  let list;

  test("opened for a purpose, and seen by the office asked alone", async () => {
    const secretary = await here.someone({}, "secretary");
    const last = new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10);
    check = await openCheck(secretary, {
      title: TITLE, purpose: "核对津贴", ground: "演示依据", area: VILLAGE, last, office: "崇阳县民政局",
    });
    assert.equal(await checkOf(await here.someone({}, "handler-civil"), TITLE), check);
    const other = await here.someone({}, "handler-water");
    assert.equal(await checkOf(other, TITLE), null);
    assert.equal(await status(other, check), 404);
  });

  test("a list is brought, its wrong lines are named, and it is matched in the background", async () => {
    const office = await here.someone({ size: "phone" }, "handler-civil");
    list = await bringList(office, check, { title: "津贴名单", name: "list.csv", text: LIST });
    assert.equal((await wrongLines(office)).length, 1);
    assert.match((await wrongLines(office))[0], /3/);
    const secretary = await here.someone({}, "secretary");
    await match(secretary, check, list);
    const found = await bands(secretary, list);
    assert.equal(found.certain + found.likely + found.unclear + found.above, 2);
    assert.ok(found.below > 100, "everybody else of the community is registered only");
    assert.equal((await bands(office, list)).below, undefined, "whom the registry has is no business of the office");
  });

  test("what is open is asked at one door, the registry is corrected, and the office is told", async () => {
    const secretary = await here.someone({}, "secretary");
    await sendVisits(secretary, check);
    const grid = await here.someone({ size: "phone" }, "grid");
    const doors = await doorsOf(grid, check);
    const [, door] = doors.find(([address]) => address.includes("101"));
    assert.equal(await status(await here.someone({}, "grid-village"), door), 404, "another village's worker sees nothing");
    await correct(grid, door, { phone: "13700009009" });
    assert.ok((await doorsOf(grid, check)).every(([, other]) => other !== door), "it is done");
    assert.deepEqual(await toldAtTheDoors(await here.someone({}, "handler-civil"), list), ["电话应为 137****9009"]);
  });

  test("the unclear are decided by one key, and taken back by another", async () => {
    const secretary = await here.someone({}, "secretary");
    const demo = await checkOf(secretary, "桃溪社区人员信息双向排查");
    const left = await unclear(secretary, demo);
    assert.ok(left > 0, "the demo has something unclear");
    await answer(secretary, "y");
    assert.equal(await unclear(secretary, demo), left - 1);
    await answer(secretary, "u");
    assert.equal(await unclear(secretary, demo), left);
    const whole = await completeness(secretary, demo);
    assert.match(whole.join(" "), /\d+%\s+\(\d+–\d+%\)/);
  });

  test("an office takes back the results of its own list, and of no other", async () => {
    const office = await here.someone({}, "handler-civil");
    const own = await takeResults(office, list);
    assert.equal(own.status, 200);
    assert.equal(own.bytes.subarray(0, 2).toString(), "PK");
    assert.equal((await takeResults(await here.someone({}, "handler-water"), list)).status, 404);
  });

  test("nothing went wrong on any page", async () => assert.deepEqual(await here.troubles(), []));
});
