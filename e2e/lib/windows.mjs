// The windows that several people have open in one test.

import { after, before } from "node:test";
import { launch, visitor } from "./browser.mjs";
import { signIn } from "./pages.mjs";
import { start } from "./program.mjs";

/** A program and a browser for the suite this is called in: `program`, `someone` and `troubles` are there once its tests run. */
export function house() {
  const house = {};
  let browser;
  before(async () => {
    house.program = await start();
    browser = await launch();
    Object.assign(house, windows(browser, house.program.url));
  });
  after(async () => {
    await browser?.close();
    await house.program?.stop();
  });
  return house;
}

/** Windows on the program at `url`. */
export function windows(browser, url) {
  let opened = [];
  return {
    /** Opens somebody's window, signed in where a login is given. */
    async someone(options, login) {
      const visit = await visitor(browser, url, options);
      opened.push(visit);
      if (login) await signIn(visit.page, login);
      return visit.page;
    },

    /** What went wrong in all the windows of this test, which are closed. */
    async troubles() {
      const all = opened.flatMap((visit) => visit.troubles);
      await Promise.all(opened.map(({ context }) => context.close()));
      opened = [];
      return all;
    },
  };
}
