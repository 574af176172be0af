// One matter's whole way, from a resident's words to the resident's own word that it is done, on both screens.

import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { SIZES, launch, visitor } from "./lib/browser.mjs";
import { act, answer, history, openMatter, report, signIn, state } from "./lib/pages.mjs";
import { start } from "./lib/program.mjs";

suite("one matter", async () => {
  let program;
  let browser;

  before(async () => {
    [program, browser] = await Promise.all([start(), launch()]);
  });
  after(async () => {
    await browser?.close();
    await program?.stop();
  });

  for (const size of Object.keys(SIZES)) {
    test(`reported, handled, verified and closed on a ${size}`, async () => {
      const resident = await visitor(browser, program.url, { size });
      const { number, link } = await report(resident.page, "大桥路口井盖翘起，骑车的人摔了");
      await resident.page.goto(link);
      assert.equal(await state(resident.page), "on-time");

      const worker = await visitor(browser, program.url, { size });
      await signIn(worker.page, "handler-village");
      await openMatter(worker.page, number);
      await act(worker.page, "accept");
      await act(worker.page, "resolve", "井盖已垫平加固。");

      await resident.page.reload();
      assert.equal(await state(resident.page), "resolved");
      assert.ok((await history(resident.page)).some((line) => line.includes("井盖已垫平加固。")));
      await answer(resident.page, { solved: true, satisfied: true });
      assert.equal(await state(resident.page), "closed");
      assert.deepEqual([...resident.troubles, ...worker.troubles], []);
    });

    test(`a no goes to the supervisor on a ${size}`, async () => {
      const resident = await visitor(browser, program.url, { size });
      const { number, link } = await report(resident.page, "楼道灯坏了三天");
      const worker = await visitor(browser, program.url, { size });
      await signIn(worker.page, "handler-village");
      await openMatter(worker.page, number);
      await act(worker.page, "accept");
      await act(worker.page, "resolve", "已换灯泡。");

      await resident.page.goto(link);
      await answer(resident.page, { solved: false, satisfied: false });
      const supervisor = await visitor(browser, program.url, { size });
      await signIn(supervisor.page, "supervisor");
      await openMatter(supervisor.page, number);
      assert.ok((await history(supervisor.page)).length > 3);
      assert.deepEqual([...resident.troubles, ...worker.troubles, ...supervisor.troubles], []);
    });
  }
});
