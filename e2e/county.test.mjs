// A county on its first day: its operator has imported the divisions and made one administrator, and nothing else is there.
// Its pages say what will stand in them and what to do next, until the first report finds its unit.

import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { launch, visitor } from "./lib/browser.mjs";
import { inspect } from "./lib/inspect.mjs";
import {
  addDuty, fillReport, firstSteps, now, openAccount, openOrganisation, reported, sendReport, signInWith,
} from "./lib/pages.mjs";
import { startNew } from "./lib/program.mjs";

const COUNTY = "421222";
const TOWN = "421222100";
const PASSWORD = "Newcomer-2026";
const UNIT = "隽水镇人民政府";

suite("a new county", { concurrency: 1 }, () => {
  let program;
  let browser;
  let admin;
  let dispatcher;

  before(async () => {
    program = await startNew(COUNTY, PASSWORD);
    browser = await launch();
    admin = await visitor(browser, program.url, { size: "phone" });
  });
  after(async () => {
    await browser?.close();
    await program?.stop();
  });

  /** Looks at these pages, each with nothing in it yet. */
  async function look(someone, pages) {
    for (const [name, path] of Object.entries(pages)) {
      const answer = await someone.page.goto(path);
      assert.equal(answer.status(), 200, path);
      await inspect(someone, `new-county-${name}-phone-zh-CN`);
    }
  }

  test("its administrator arrives on its page, which says what comes first", async () => {
    assert.equal(await signInWith(admin.page, "admin", PASSWORD), `/areas/${COUNTY}`);
    assert.deepEqual(await firstSteps(admin.page), [
      `/organisations/new?area=${COUNTY}`, `/organisations?area=${COUNTY}`, "/posts/new-account",
    ]);
  });

  test("its pages stand with nothing in them", async () => {
    const anybody = await visitor(browser, program.url, { size: "phone" });
    await look(anybody, { start: "/", report: "/report", figures: "/figures", duties: "/duties", categories: "/categories" });
    await anybody.context.close();
    await look(admin, {
      area: `/areas/${COUNTY}`, organisations: "/organisations", posts: "/posts", plates: `/plates/${TOWN}`, words: "/words",
      letters: "/letters", figures: "/staff/figures",
    });
    const login = "first-dispatcher";
    const password = await openAccount(admin.page, { name: "派单员", login, role: "dispatcher", area: COUNTY });
    dispatcher = await visitor(browser, program.url, { size: "phone" });
    await signInWith(dispatcher.page, login, password);
    await look(dispatcher, { inbox: "/inbox", map: "/map", notices: "/notices" });
  });

  test("once its steps are done, a report finds its unit", async () => {
    const { page } = admin;
    await openOrganisation(page, { name: UNIT, place: TOWN });
    await addDuty(page, "street-light");
    await openAccount(page, { name: "督办员", login: "first-supervisor", role: "supervisor", area: COUNTY });
    await page.goto(`/areas/${COUNTY}`);
    assert.deepEqual(await firstSteps(page), ["/posts/new-account"]);
    await openAccount(page, { name: "经办人", login: "first-handler", role: "unit-handler", area: TOWN, organisation: UNIT });
    await page.goto(`/areas/${COUNTY}`);
    assert.deepEqual(await firstSteps(page), []);

    const resident = await visitor(browser, program.url, { size: "phone" });
    await resident.page.goto(`/report?area=${TOWN}`);
    await fillReport(resident.page, { words: "镇政府门口的路灯三天不亮了", place: "镇政府门口" });
    await sendReport(resident.page);
    await reported(resident.page);
    assert.match(await now(resident.page), new RegExp(UNIT));
    assert.deepEqual([...resident.troubles, ...admin.troubles, ...dispatcher.troubles], []);
  });
});
