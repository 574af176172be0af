// What the tests know of the pages: where they are, and how a person does something on them.
// Every selector stands here; the tests themselves read like what people do.

/** The county whose demo the tests visit, and a place in it. */
export const COUNTY = "421223";
export const SOMEWHERE = { lat: 29.5568, long: 114.0413 };

/** Pages anybody may open. */
export const PUBLIC_PAGES = [
  { name: "start", path: "/" },
  { name: "report", path: "/report" },
  { name: "figures", path: "/figures" },
  { name: "sign-in", path: "/sign-in" },
  { name: "privacy", path: "/privacy" },
  { name: "design", path: "/design" },
];

/** Pages for one who has signed in as `login`. */
export const STAFF_PAGES = [
  { name: "inbox", path: "/staff", login: "dispatcher" },
  { name: "map", path: "/staff/map", login: "dispatcher" },
  { name: "staff-figures", path: "/staff/figures", login: "supervisor" },
  { name: "areas", path: "/staff/areas", login: "admin" },
  { name: "people", path: "/staff/people", login: "admin" },
  { name: "audit", path: "/staff/audit", login: "auditor" },
];

/** Every demo sign-in has this password; `lianxin demo` prints it. */
const DEMO_PASSWORD = "lianxin-demo-2026";

/** Signs in as one of the demo's people. */
export async function signIn(page, login) {
  await page.goto("/sign-in");
  await page.locator("input[name=name]").fill(login);
  await page.locator("input[name=password]").fill(DEMO_PASSWORD);
  await page.locator("main .btn.main").click();
  await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
}

/** A resident says something from where they stand; returns the matter's number and its secret link. */
export async function report(page, words) {
  await page.context().grantPermissions(["geolocation"]);
  await page.context().setGeolocation({ latitude: SOMEWHERE.lat, longitude: SOMEWHERE.long });
  await page.goto("/report");
  await page.locator("textarea[name=words]").fill(words);
  await page.locator("[data-locate]").click();
  await page.waitForFunction(() => document.querySelector("input[name=lat]").value !== "");
  await page.locator("main .btn.main").click();
  return {
    number: (await page.locator("main .code").first().innerText()).trim(),
    link: await page.locator("main .copy input").inputValue(),
  };
}

/** Someone of the staff opens the matter with this number from their inbox. */
export async function openMatter(page, number) {
  await page.goto(`/staff?q=${encodeURIComponent(number)}`);
  await page.locator("[data-rows] a", { hasText: /./ }).first().click();
  await page.locator("article#matter, main article").first().waitFor();
}

/** Someone of the staff does one of a matter's actions (`accept`, `resolve`, `object`, …), saying something. */
export async function act(page, action, words) {
  const form = page.locator("form", { has: page.locator(`button[name=do][value=${action}]`) });
  if (words) await form.locator("textarea").first().fill(words);
  await form.locator(`button[name=do][value=${action}]`).click();
}

/** The resident says whether it is solved and whether they are satisfied. */
export async function answer(page, { solved, satisfied }) {
  await page.locator(`input[name=solved][value=${solved ? "yes" : "no"}]`).check({ force: true });
  await page.locator(`input[name=satisfied][value=${satisfied ? "yes" : "no"}]`).check({ force: true });
  await page.locator("main .btn.main").click();
}

/** The matter's state as a chip shows it: one of the class names that web/README.md lists. */
export async function state(page) {
  const names = await page.locator("main .chip.big").first().getAttribute("class");
  return names.split(" ").find((name) => name !== "chip" && name !== "big");
}

/** What the matter's history says, oldest first. */
export function history(page) {
  return page.locator("main .timeline > li").allInnerTexts();
}

/** A token with which a program may file matters. */
export function apiToken(program) {
  return program.run("token", "add", "--login", "dispatcher", "--name", "e2e");
}
