// The windows that several people have open in one test.

import { visitor } from "./browser.mjs";
import { signIn } from "./pages.mjs";

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
