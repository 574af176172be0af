// Everything staff press that the journey of one matter does not: the steps that go wrong or stand still, what an
// administrator keeps, and the page as a workplace for the keyboard.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  VILLAGE, act, addDuty, endPost, enter, fillReport, found, grantPost, history, openAccount, openMatter, photos, pointOnMap, postsOf,
  report, reported, resetPassword, said, sendReport, setLimit, signInWith, state, steps, uploadShapes,
} from "./lib/pages.mjs";
import { photo, turnedPhoto } from "./lib/photo.mjs";
import { house } from "./lib/windows.mjs";

const VILLAGE_UNIT = "桃溪社区居民委员会";
const TOWN_UNIT = "天城镇人民政府";

suite("staff", () => {
  const here = house();
  const someone = (...words) => here.someone(...words);
  const troubles = () => here.troubles();

  test("objected to, sent again, paused, noted, put right, called back", async () => {
    const resident = await someone({ size: "phone" });
    const { number, link } = await report(resident, { words: "小区门口的路灯杆歪了", place: "小区东门" });

    const handler = await someone({}, "handler-village");
    await openMatter(handler, number);
    await act(handler, "object", { words: "灯杆在路东，请看看归谁。" });
    assert.ok(!(await steps(handler)).includes("accept"));

    const dispatcher = await someone({}, "dispatcher");
    await openMatter(dispatcher, number);
    await act(dispatcher, "correct", { choose: { category: "public-facility" }, words: "灯是好的，是杆子歪了。" });
    await act(dispatcher, "dispatch", { unit: TOWN_UNIT, words: "路东归镇里，请先去看。" });

    const town = await someone({}, "handler-town");
    await openMatter(town, number);
    await act(town, "accept", { words: "下午去看。" });
    assert.ok(!(await steps(town)).includes("pause"));
    const supervisor = await someone({}, "supervisor");
    await openMatter(supervisor, number);
    await act(supervisor, "pause", { words: "等厂家送配件，三天。" });
    await resident.goto(link);
    assert.equal(await state(resident), "waiting");
    await openMatter(town, number);
    await act(town, "resume", { words: "配件到了。" });
    await act(town, "note", { words: "已围起来，行人绕行。", photo: photo() });
    await act(town, "note", { words: "厂家欠一张发票。", internal: true });
    await act(town, "resolve", { words: "杆子扶正了，加了一道箍。" });

    await resident.reload();
    const told = (await history(resident)).join("\n");
    assert.match(told, /已围起来/);
    assert.match(told, /等厂家送配件/);
    assert.doesNotMatch(told, /发票/);
    assert.equal(await photos(resident), 1);
    assert.equal(await state(resident), "resolved");

    // Whoever cannot use the link is called: their word counts as theirs, and is on record as a call.
    await openMatter(dispatcher, number);
    await act(dispatcher, "call-back", { answer: { solved: "yes", satisfied: "yes" }, words: "电话里说好了。" });
    await resident.reload();
    assert.equal(await state(resident), "closed");
    assert.deepEqual(await troubles(), []);
  });

  test("what nobody here can do is ended with a reason that the resident reads", async () => {
    const resident = await someone({ size: "phone" });
    const { number, link } = await report(resident, { words: "小区里的路灯请改成彩色的" });
    const handler = await someone({}, "handler-village");
    await openMatter(handler, number);
    await act(handler, "object", { words: "不在职责里。" });
    const dispatcher = await someone({}, "dispatcher");
    await openMatter(dispatcher, number);
    await act(dispatcher, "dismiss", { words: "手续合法，检测合格，检测报告已当面给您。" });
    await resident.goto(link);
    assert.equal(await state(resident), "refused");
    assert.match((await history(resident)).join("\n"), /检测合格/);
    assert.deepEqual(await troubles(), []);
  });

  test("a caller's words, entered at once", async () => {
    const grid = await someone({ size: "phone" }, "grid");
    const number = await enter(grid, { words: "三楼老人家里水管爆了", phone: "13900007799" });
    const dispatcher = await someone({}, "dispatcher");
    assert.equal(await found(dispatcher, number), 1);
    assert.deepEqual(await troubles(), []);
  });

  test("a large photo lying on its side arrives upright and without where it was taken", async () => {
    const resident = await someone({ size: "phone" });
    const shot = await turnedPhoto(resident);
    assert.ok(shot.buffer.length > 2_000_000, `${shot.buffer.length} bytes`);
    await resident.goto(`/report?area=${VILLAGE}`);
    await fillReport(resident, { words: "护栏断了一截", place: "河边步道", photo: shot });
    await sendReport(resident);
    const { link } = await reported(resident);
    await resident.goto(link);
    const small = resident.locator("main .shots img");
    await small.scrollIntoViewIfNeeded();
    await resident.waitForFunction(() => document.querySelector("main .shots img").naturalWidth > 0);
    const full = await resident.locator("main .shots a").getAttribute("href");
    const [upright, bytes] = await resident.evaluate(async (address) => {
      const blob = await (await fetch(address)).blob();
      const { width, height } = await createImageBitmap(blob);
      return [height > width, new TextDecoder("latin1").decode(await blob.arrayBuffer())];
    }, full);
    assert.ok(upright);
    assert.ok(!bytes.includes("Exif") && !bytes.includes("CAM\0"));
    assert.deepEqual(await troubles(), []);
  });

  test("an account with its posts, from first to last", async () => {
    const admin = await someone({}, "admin");
    const login = "e2e-newcomer";
    const first = await openAccount(admin, { name: "演示·新人", login, role: "grid-worker", area: VILLAGE, organisation: VILLAGE_UNIT });
    await grantPost(admin, { login, role: "unit-handler", area: VILLAGE, organisation: VILLAGE_UNIT });
    await admin.goto(`/posts?q=${login}`);
    assert.equal(await postsOf(admin, login).count(), 2);
    await endPost(admin, login);
    await admin.goto(`/posts?q=${login}`);
    assert.equal(await postsOf(admin, login).count(), 1);

    await resetPassword(admin, login, "Second-Word-2026");
    const newcomer = await someone();
    assert.equal(await signInWith(newcomer, login, first), "/sign-in");
    assert.notEqual(await signInWith(newcomer, login, "Second-Word-2026"), "/sign-in");
    assert.deepEqual((await troubles()).filter((line) => !/40[13]|422/.test(line)), []);
  });

  test("duties, limits and boundaries", async () => {
    const admin = await someone({}, "admin");
    await addDuty(admin, "open-burning");
    assert.match(await said(admin), /./);
    await setLimit(admin, "street-light", 4, "县里定了四天");
    assert.match(await admin.locator("#street-light").innerText(), /4 天/);

    const square = { type: "Polygon", coordinates: [[[114.03, 29.55], [114.04, 29.55], [114.04, 29.56], [114.03, 29.56], [114.03, 29.55]]] };
    const grid = { type: "Feature", properties: { name: "第九网格" }, geometry: square };
    await uploadShapes(admin, VILLAGE, { type: "FeatureCollection", features: [grid] });
    assert.match(await admin.locator("main table").innerText(), /第九网格/);
    await uploadShapes(admin, VILLAGE, { type: "FeatureCollection", features: [{ ...grid, properties: { id: "421223999" } }] });
    assert.equal(await admin.locator("main .notice.good").count(), 0);
    assert.deepEqual(await troubles(), []);
  });

  test("worked off by the keyboard", async () => {
    const dispatcher = await someone({}, "dispatcher");
    await dispatcher.goto("/inbox?tab=open");
    await dispatcher.keyboard.press("Tab");
    assert.equal(await dispatcher.evaluate(() => document.activeElement.className), "skip");
    const rows = dispatcher.locator("[data-rows] .row > a");
    // The first one stands in the pane without a press; j goes on, e goes to its first form.
    await dispatcher.locator("#pane #matter").waitFor();
    assert.equal(await rows.nth(0).getAttribute("aria-current"), "true");
    await dispatcher.keyboard.press("j");
    assert.equal(await rows.nth(1).getAttribute("aria-current"), "true");
    const second = (await rows.nth(1).getAttribute("href")).split("/").at(-1);
    await dispatcher.locator(`#pane form[action*="${second}"]`).first().waitFor();
    await dispatcher.keyboard.press("e");
    assert.equal(await dispatcher.evaluate(() => document.activeElement.closest("#pane") !== null), true);
    // Words begun in the pane wait while another matter is looked at; what is sent from there leads on to the next one.
    const third = (await rows.nth(2).getAttribute("href")).split("/").at(-1);
    const note = dispatcher.locator("#pane #step-note");
    const words = note.locator("textarea");
    await note.evaluate((fold) => { fold.open = true; });
    await words.fill("已电话核实");
    await words.press("Escape");
    await dispatcher.keyboard.press("j");
    await dispatcher.locator(`#pane form[action*="${third}"]`).first().waitFor();
    await dispatcher.keyboard.press("k");
    await dispatcher.locator(`#pane form[action*="${second}"]`).first().waitFor();
    assert.equal(await words.inputValue(), "已电话核实");
    await note.locator(".actions .btn").click();
    await dispatcher.locator("#pane .notice.good [data-next]").press("Enter");
    await dispatcher.locator(`#pane form[action*="${third}"]`).first().waitFor();
    assert.equal(new URL(dispatcher.url()).pathname, "/inbox");
    // The way back from a matter's own page keeps the list as it was.
    await dispatcher.goto(await rows.nth(1).getAttribute("href"));
    assert.equal(await dispatcher.locator("a.back").getAttribute("href"), "/inbox?tab=open");
    assert.deepEqual(await troubles(), []);
  });

  test("ready-made words with one press", async () => {
    const resident = await someone({ size: "phone" });
    const { number } = await report(resident, { words: "楼道堆了纸箱" });
    const handler = await someone({}, "handler-village");
    await openMatter(handler, number);
    const fold = handler.locator("#step-object");
    await fold.locator("summary").first().click();
    await fold.locator("details > summary").click();
    await fold.locator("[data-into]").first().click();
    assert.match(await fold.locator("textarea").inputValue(), /\{\w+\}/);
    assert.match(await handler.evaluate(() => getSelection().toString()), /^\{\w+\}$/);
    assert.deepEqual(await troubles(), []);
  });

  test("the resident's map shows the villages and takes a point", async () => {
    const resident = await someone({ size: "phone" });
    await resident.goto("/report");
    const [lon, lat] = await pointOnMap(resident);
    assert.ok(lon > 113.5 && lon < 114.6 && lat > 29 && lat < 30, `${lon},${lat}`);
    assert.deepEqual(await troubles(), []);
  });

  test("a phone that puts the page away keeps the last word", async () => {
    const resident = await someone({ size: "phone" });
    await resident.goto("/report");
    await resident.locator("#text").fill("电线垂到路上");
    const kept = await resident.evaluate(() => {
      Object.defineProperty(document, "visibilityState", { value: "hidden" });
      document.dispatchEvent(new Event("visibilitychange"));
      return Object.values(localStorage).join("");
    });
    assert.match(kept, /电线垂到路上/);
    assert.deepEqual(await troubles(), []);
  });
});
