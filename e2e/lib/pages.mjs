// What the tests know of the pages: where they are, and how a person does something on them.
// Every selector stands here; the tests themselves read like what people do.

/** The county whose demo the tests visit, a place in it, and the community whose handler the demo has a sign-in for. */
export const COUNTY = "421223";
export const SOMEWHERE = { lat: 29.5568, long: 114.0413 };
export const TOWN = "421223100";
export const VILLAGE = "421223100008";

/** Where the first row of a list leads; for a page whose address no test can know. */
const firstOf = (list, link) => async (page) => {
  await page.goto(list);
  return page.locator(link).first().getAttribute("href");
};

/** Where a resident gets by saying something: their own matter's page. */
async function ownMatter(page) {
  return new URL((await report(page, { words: "图书室的门锁坏了" })).link).pathname;
}

/** Where a cause behind the first open matter is taken up. */
async function sourceNew(page) {
  await page.goto(await firstOf("/inbox?tab=open", "[data-rows] .row > a")(page));
  return page.locator('a[href^="/sources/new/"]').first().getAttribute("href");
}

/** Where the first open matter is proposed to be left out of the rates. */
async function exclusion(page) {
  await page.goto(await firstOf("/inbox?tab=open", "[data-rows] .row > a")(page));
  return page.locator('a[href^="/exclusions/"]').first().getAttribute("href");
}

/** Where an office's list leads that is brought into the demo's two-way check: which column holds what. */
async function broughtList(page) {
  await page.goto(await firstOf("/checks", "[data-rows] .row > a")(page));
  if (await page.locator("#file").isHidden()) await page.locator("details:has(#file) > summary").click();
  await page.locator("#title").fill("演示名单");
  const rows = ["姓名,出生年月日,手机,备注", "演示甲,1985-03-21,13800000101,", "演示乙,1990-01-02,,新来"].join("\n");
  await page.locator("#file").setInputFiles({ name: "演示.csv", mimeType: "text/csv", buffer: Buffer.from(rows) });
  await page.locator("form[action$='/bring'] button").click();
  await page.waitForURL(/\/rolls\//);
  return new URL(page.url()).pathname;
}

/** Where a small roster leads that is sent in: what it would change, and nothing yet. */
async function sentRoster(page) {
  await page.goto(`/people/rosters?area=${VILLAGE}`);
  const rows = ["姓名,手机号码,性别,备注", "演示名册甲,13800000101,男,", "演示名册乙,1380000,女,缺两位"].join("\n");
  await page.locator("#file").setInputFiles({ name: "演示.csv", mimeType: "text/csv", buffer: Buffer.from(rows) });
  await page.locator("main form.form button.main").click();
  await page.waitForURL(/\/people\/rosters\/\d+\//);
  return new URL(page.url()).pathname;
}

/** The first list of the demo's two-way check. */
async function rollOf(page) {
  await page.goto(await firstOf("/checks", "[data-rows] .row > a")(page));
  return page.locator("main h3 a").first().getAttribute("href");
}

/** Every page there is, by who opens it; nobody in particular where no `login` is named. A path may have to be looked for. */
export const PAGES = [
  {
    pages: [
      { name: "start", path: "/" },
      { name: "report", path: "/report" },
      { name: "report-below-a-town", path: `/report?area=${TOWN}` },
      { name: "find", path: "/find" },
      { name: "figures", path: "/figures" },
      { name: "figures-of-a-town", path: `/figures/${TOWN}` },
      { name: "figures-behind", path: `/figures/${TOWN}/matters` },
      { name: "figures-method", path: "/figures/method" },
      { name: "duties", path: `/duties/${TOWN}` },
      { name: "categories", path: "/categories" },
      { name: "privacy", path: "/privacy" },
      { name: "api", path: "/api" },
      { name: "design", path: "/design" },
      { name: "sign-in", path: "/sign-in" },
      { name: "my-matter", path: ownMatter },
      { name: "held-about-me", path: async (page) => `${await ownMatter(page)}/held` },
    ],
  },
  {
    login: "grid",
    pages: [
      { name: "enter", path: "/matters/new" },
      { name: "field", path: "/field" },
      { name: "field-found", path: "/field?new#found" },
      { name: "notices", path: "/notices" },
      { name: "told", path: "/me/told" },
    ],
  },
  {
    login: "specialist",
    pages: [
      { name: "enterprise", path: "/enterprise" },
      { name: "enterprise-report", path: firstOf("/enterprise", 'main a[href^="/enterprise/report/"]') },
      { name: "enterprise-matter", path: firstOf("/enterprise", "main .row > a") },
    ],
  },
  {
    login: "secretary",
    pages: [
      { name: "people", path: "/people" },
      { name: "people-by-initials", path: "/people?q=zj" },
      { name: "person-new", path: `/people/new?area=${VILLAGE}` },
      { name: "search", path: "/search?q=tx" },
      { name: "transfers", path: "/people/transfers" },
      { name: "rosters", path: "/people/rosters" },
      { name: "postings", path: "/people/postings" },
      { name: "doubles", path: "/people/doubles" },
      { name: "double", path: firstOf("/people/doubles", "main tbody td a.btn") },
      { name: "roster", path: sentRoster },
      { name: "person", path: firstOf("/people?kind=activist", "main tbody th a") },
      { name: "household", path: firstOf("/people", "main tbody td a[href^='/households/']") },
      { name: "checks", path: "/checks" },
      { name: "check-new", path: "/checks/new" },
      { name: "check", path: firstOf("/checks", "[data-rows] .row > a") },
      { name: "check-unclear", path: async (page) => `${await firstOf("/checks", "[data-rows] .row > a")(page)}/unclear` },
      { name: "check-coverage", path: async (page) => `${await firstOf("/checks", "[data-rows] .row > a")(page)}/coverage` },
      { name: "check-visits", path: async (page) => `${await firstOf("/checks", "[data-rows] .row > a")(page)}/visits` },
      { name: "visits", path: "/visits" },
      { name: "visits-done", path: "/visits?show=done" },
      { name: "visit", path: firstOf("/visits", "[data-rows] .row > a") },
      { name: "check-roll", path: rollOf },
      { name: "check-columns", path: broughtList },
    ],
  },
  {
    login: "handler-village",
    pages: [
      { name: "patrols-today", path: "/patrols" },
      { name: "patrol", path: firstOf("/patrols", "main .row > a") },
      { name: "matter-to-handle", path: firstOf("/inbox?tab=open", "[data-rows] .row > a") },
    ],
  },
  {
    login: "dispatcher",
    pages: [
      { name: "inbox", path: "/inbox" },
      { name: "inbox-filtered", path: "/inbox?tab=open&category=street-light&q=%E8%B7%AF%E7%81%AF" },
      { name: "matter", path: firstOf("/inbox?tab=open", "[data-rows] .row > a") },
      { name: "map", path: "/map" },
      { name: "whistles", path: "/whistles" },
      { name: "whistles-all", path: "/whistles?show=all" },
      { name: "disputes", path: "/disputes" },
      { name: "disputes-all", path: "/disputes?show=all" },
      { name: "sources", path: "/sources" },
      { name: "source-new", path: sourceNew },
      { name: "patrols", path: "/patrols?show=all" },
      { name: "patrol-new", path: `/patrols/new/${VILLAGE}` },
      { name: "exclusion", path: exclusion },
      { name: "map-heat", path: "/map?heat=1" },
      { name: "views", path: "/inbox/views?tab=open&category=street-light" },
    ],
  },
  {
    login: "supervisor",
    pages: [
      { name: "staff-figures", path: "/staff/figures" },
      { name: "figures-of-enterprises", path: "/staff/figures?of=enterprises" },
      { name: "dispute", path: firstOf("/disputes?show=all", "main .row > a") },
      { name: "exclusions", path: "/exclusions?show=all" },
      { name: "deletions", path: "/deletions" },
      { name: "monthly-report", path: "/staff/figures/monthly" },
      { name: "source", path: firstOf("/sources", "main .row > a") },
      { name: "matter-with-calls", path: firstOf("/whistles", "main .row > a") },
    ],
  },
  {
    login: "secretary",
    pages: [
      { name: "inbox-of-a-secretary", path: "/inbox" },
    ],
  },
  {
    login: "admin",
    pages: [
      { name: "areas", path: "/areas" },
      { name: "area", path: `/areas/${TOWN}` },
      { name: "village", path: `/areas/${VILLAGE}` },
      { name: "organisations", path: "/organisations" },
      { name: "organisation-new", path: `/organisations/new?area=${TOWN}` },
      { name: "organisation-tree", path: `/organisations/tree?area=${TOWN}` },
      { name: "coverage", path: "/organisations/coverage?area=421223" },
      { name: "coverage-proposal", path: firstOf("/organisations/coverage?area=421223", "main tbody td a") },
      { name: "organisation-with-terms", path: firstOf("/organisations?term=over", "main tbody th a") },
      { name: "area-changes", path: `/areas/${VILLAGE}/change` },
      { name: "codes", path: "/areas/codes" },
      { name: "answering", path: `/areas/${VILLAGE}/answering` },
      { name: "outlines", path: `/areas/${VILLAGE}/outlines` },
      { name: "organisation", path: firstOf("/organisations", "main tbody th a") },
      { name: "categories-of-an-admin", path: "/categories" },
      { name: "posts", path: "/posts" },
      { name: "plates", path: `/plates/${TOWN}` },
      { name: "words", path: "/words" },
      { name: "letters", path: "/letters" },
      { name: "retention", path: "/retention" },
      { name: "account-new", path: "/posts/new-account" },
      { name: "account", path: firstOf("/posts", "main tbody th a") },
      { name: "me", path: "/me" },
    ],
  },
  {
    login: "auditor",
    pages: [
      { name: "audit", path: "/audit" },
    ],
  },
];

/** The pages that residents and staff use most: these are also looked at large, dark and in Traditional Chinese. */
export const MUCH_USED = ["start", "report", "my-matter", "figures", "inbox", "matter"];

/** Every demo sign-in has this password; `lianxin demo` prints it. */
const DEMO_PASSWORD = "lianxin-demo-2026";

/** Signs in as one of the demo's people. */
export async function signIn(page, login) {
  await page.goto("/sign-in");
  await page.locator("#login").fill(login);
  await page.locator("#password").fill(DEMO_PASSWORD);
  await page.locator("main .btn.main").click();
  await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
}

/** Takes the report form's list of places down to a village, one step at a time, as it works without scripts. */
export async function chooseVillage(page, town, village) {
  await page.locator("#inner").selectOption(town);
  await page.locator("button[name=step][value=inner]").click();
  await page.locator("#inner").selectOption(village);
}

/** Fills in the report form that stands open; only what is given. `photo` is a file as Playwright takes it. */
export async function fillReport(page, { words, place, phone, photo }) {
  await page.locator("#text").fill(words);
  if (place) await page.locator("#place").fill(place);
  if (photo) await page.locator("#photos").setInputFiles(photo);
  if (phone !== undefined) {
    if (!await page.locator("#phone").isVisible()) await page.locator("details:has(#phone) > summary").click();
    await page.locator("#phone").fill(phone);
  }
}

/** The question whether a place that the words seem to name is meant, once the form asks it. */
export async function spokenPlace(page) {
  const question = page.locator("#spoken");
  await question.waitFor();
  return question;
}

/** Sends the report form; the page after it is the matter's own, or the form with what was wrong. */
export function sendReport(page) {
  return page.locator("main .btn.main").click();
}

/** The number and the secret link that the page after a report shows. */
export async function reported(page) {
  await page.waitForURL(/\/m\//);
  return {
    number: (await page.locator("main .code").first().innerText()).trim(),
    link: await page.locator("#link").inputValue(),
  };
}

/** A resident says something about the demo's community; returns the matter's number and its secret link. */
export async function report(page, { words, place = "社区门口", ...more }) {
  await page.goto(`/report?area=${VILLAGE}`);
  await fillReport(page, { words, place, ...more });
  const answered = page.waitForNavigation();
  await sendReport(page);
  await answered;
  // Somebody said the same near by, and it was not shown while it was typed: it is another one, sent as it is.
  if (!new URL(page.url()).pathname.startsWith("/m/")) await sendReport(page);
  return reported(page);
}

/** What the report form holds now, as typed. */
export async function typed(page) {
  return {
    words: await page.locator("#text").inputValue(),
    place: await page.locator("#place").inputValue(),
    phone: await page.locator("#phone").inputValue(),
    village: await page.locator("#area [aria-current]").innerText(),
  };
}

/** Waits until this browser has kept what was typed, which it does a moment after the last key. */
export async function drafted(page) {
  await page.waitForFunction(() => Object.keys(localStorage).some((name) => name.startsWith("lx:draft:")));
}

/** What the form says was wrong. */
export function faults(page) {
  return page.locator("#errors li").allInnerTexts();
}

/** Takes the position the browser gives, which the test set; waits until the form says so. */
export async function locate(page) {
  await page.context().grantPermissions(["geolocation"]);
  await page.context().setGeolocation({ latitude: SOMEWHERE.lat, longitude: SOMEWHERE.long });
  await page.locator("[data-locate]").click();
  await page.locator("[data-place-said]:not(:empty)").waitFor();
  await page.waitForFunction(() => document.querySelector("input[name=lat]").value !== "");
}

/** Someone of the staff opens the matter with this number from their inbox; returns its own address. */
export async function openMatter(page, number) {
  await page.goto(`/inbox?tab=all&q=${encodeURIComponent(number)}`);
  const row = page.locator("[data-rows] .row > a").first();
  const address = await row.getAttribute("href");
  await row.click();
  await page.locator("#matter").waitFor();
  return address;
}

/** How many matters with this number someone of the staff finds. */
export async function found(page, number) {
  await page.goto(`/inbox?tab=all&q=${encodeURIComponent(number)}`);
  return page.locator("[data-rows] .row").count();
}

/** The status an address answers this person with. */
export async function status(page, address) {
  return (await page.request.get(address)).status();
}

/** Unfolds a matter's step (`accept`, `ask`, `hand-over`, …). */
async function unfold(page, step) {
  const fold = page.locator(`#step-${step}`);
  if (await fold.getAttribute("open") === null) await fold.locator("summary").first().click();
  return fold;
}

/**
 * Someone of the staff takes one of a matter's steps: saying something, choosing a unit where it asks for one, or what
 * `choose` names (`{ category: "street-light" }` by a list's value), answering `{ solved: "yes" }`, for staff only when
 * `internal`, with a `photo`.
 */
export async function act(page, step, { words, unit, choose = {}, answer = {}, internal, photo } = {}) {
  const fold = await unfold(page, step);
  for (const [name, value] of Object.entries(choose)) await fold.locator(`select[name=${name}]`).selectOption(value);
  for (const [name, value] of Object.entries(answer)) await fold.locator(`label:has(input[name=${name}][value=${value}])`).click();
  if (internal) await fold.locator("input[name=internal]").check();
  if (photo) await fold.locator("input[name=photos]").setInputFiles(photo);
  if (unit) {
    const option = fold.locator("select[name=unit] option", { hasText: unit }).first();
    await fold.locator("select[name=unit]").selectOption(await option.getAttribute("value"));
  }
  if (words) await fold.locator("textarea").fill(words);
  // The page, or the pane's article, that comes back is another one: what an earlier step said is no answer.
  await page.locator("#matter").evaluate((article) => article.setAttribute("data-before", ""));
  await fold.locator(".actions .btn").last().click();
  await page.locator("#matter:not([data-before]) .notice.good").waitFor();
}

/** The first ready-made reply that a matter's step offers, with its blanks. */
export async function template(page, step) {
  const fold = await unfold(page, step);
  await fold.locator("details > summary").click();
  return fold.locator("dd > span").first().innerText();
}

/** The steps a matter's page offers. */
export function steps(page) {
  return page.locator("[id^=step-]").evaluateAll((folds) => folds.map(({ id }) => id.slice("step-".length)));
}

/** What a matter's page says of how to reach who reported it: masked, unless it was opened. */
export function contact(page) {
  return page.locator("section:has(> #contact-head)").innerText();
}

/** Opens the personal fields of the matter that stands open, for this reason. */
export async function openContact(page, reason) {
  await page.locator("#personal > summary").click();
  await page.locator("#why").fill(reason);
  await page.locator("#personal .actions .btn").click();
  await page.locator("section:has(> #contact-head) .notice.warn").waitFor();
}

/** The resident answers what they were asked. */
export async function reply(page, words) {
  await page.locator("#answer-box textarea").fill(words);
  await page.locator("#answer-box .btn.main").click();
  await page.locator("main .notice.good").waitFor();
}

/** The resident says whether it is solved and, if they like, whether they are satisfied. */
export async function confirm(page, { solved, satisfied }) {
  const choose = (name, yes) => page.locator(`#confirm-box label:has(input[name=${name}][value=${yes ? "yes" : "no"}])`).click();
  await choose("solved", solved);
  if (satisfied !== undefined) await choose("satisfied", satisfied);
  await page.locator("#confirm-box .btn.main").click();
  await page.locator("main .notice.good").waitFor();
}

/** The matter's state as a chip shows it: one of the class names that web/README.md lists. */
export async function state(page) {
  const names = await page.locator("main .chip.big").first().getAttribute("class");
  return names.split(" ").find((name) => name !== "chip" && name !== "big");
}

/** How it stands in words: the state, who has it, what comes next. */
export function now(page) {
  return page.locator("main .now").innerText();
}

/** What the matter's history says, oldest first. */
export function history(page) {
  return page.locator("main .timeline > li:not(.next)").allInnerTexts();
}

/** How many photos the page shows. */
export function photos(page) {
  return page.locator("main .shots img").evaluateAll((shots) => shots.filter((shot) => shot.naturalWidth > 0 || !shot.complete).length);
}

/** What the public figures count of a county: matters received, answers when called back, and how many said solved and satisfied. */
export async function figures(page) {
  await page.goto("/figures");
  // Received, answered in time, solved, satisfied: the tiles' own order.
  const numbers = async (tile, part) => {
    const text = await page.locator(".tile").nth(tile).locator(part).innerText();
    return (text.replaceAll(/(?<=\d)[, ](?=\d{3})/g, "").match(/\d+/g) ?? []).map(Number);
  };
  const [received] = await numbers(0, ".value");
  const [answers, solved] = await numbers(2, ".sample");
  const [, satisfied] = await numbers(3, ".sample");
  return { received, answers, solved, satisfied };
}

/** The newest lines of the audit page, as text. */
export async function audited(page, action) {
  await page.goto(`/audit?county=${COUNTY}${action ? `&action=${action}` : ""}`);
  return page.locator("main tbody tr").allInnerTexts();
}

/** A token with which a program may file matters. */
export function apiToken(program) {
  return program.run("token", "add", "--login", "dispatcher", "--name", "e2e");
}

/** What the form says after it was sent: that it was done, and how. */
export function said(page) {
  return page.locator("main .notice.good").first().innerText();
}

/** Someone of the staff enters what a caller said about the demo's community; returns the matter's number. */
export async function enter(page, { words, place = "社区门口", channel = "phone", phone }) {
  await page.goto("/matters/new");
  await page.locator(`label:has(input[name=channel][value=${channel}])`).click();
  await page.locator("#text").fill(words);
  await page.locator("#place").fill(place);
  if (phone) await page.locator("#phone").fill(phone);
  await page.locator("main .actions .btn.main").last().click();
  await page.locator("main .notice.good").waitFor();
  return (await page.locator("main .code").innerText()).trim();
}

/** What a new county's own page says is still to be done: the addresses where it is done. */
export function firstSteps(page) {
  return page.locator("section:has(> #first-steps) li.next a").evaluateAll((links) => links.map((link) => link.getAttribute("href")));
}

/** The administrator makes a unit that handles matters of a place. */
export async function openOrganisation(page, { name, place }) {
  await page.goto("/organisations/new");
  await page.locator("#name").fill(name);
  await page.locator("#kind").selectOption("unit");
  await page.locator("#area").fill(place);
  await page.locator("main .btn.main").click();
  await page.locator("main .notice.good").waitFor();
}

/** The administrator opens an account with its first post; returns the password it begins with. */
export async function openAccount(page, { name, login, role, area, organisation }) {
  const password = "First-Word-2026";
  await page.goto("/posts/new-account");
  await page.locator("#name").fill(name);
  await page.locator("#login").fill(login);
  await page.locator("#password").fill(password);
  await choosePost(page.locator("main form.form").last(), { role, area, organisation });
  await page.locator("main .btn.main").click();
  await page.locator("main .notice.good").waitFor();
  return password;
}

/** Fills in what a post is: a role, over an area, in an organisation. */
async function choosePost(form, { role, area, organisation }) {
  await form.locator("#role").selectOption(role);
  await form.locator("#area").last().fill(area);
  if (organisation) await form.locator("#organisation").selectOption({ label: organisation });
}

/** The administrator gives somebody one more post. */
export async function grantPost(page, { login, ...post }) {
  await page.goto("/posts");
  const fold = page.locator("details:has(#login)");
  await fold.locator("summary").first().click();
  await fold.locator("#login").fill(login);
  await choosePost(fold, post);
  await fold.locator(".actions .btn").click();
  await page.locator("main .notice.good").waitFor();
}

/** The rows of the posts' list that name this sign-in. */
export function postsOf(page, login) {
  return page.locator("main tbody tr", { hasText: login });
}

/** The administrator ends the newest post of somebody. */
export async function endPost(page, login) {
  await page.goto(`/posts?q=${login}`);
  const row = postsOf(page, login).last();
  await row.locator(".ask > summary").click();
  await row.locator("form .btn").click();
  await page.locator("main .notice.good").waitFor();
}

/** The administrator gives somebody a new password. */
export async function resetPassword(page, login, password) {
  await page.goto(`/posts?q=${login}`);
  await postsOf(page, login).first().locator("th a").click();
  await page.locator("#new").fill(password);
  await page.locator("form[action$='/password'] .btn").click();
  await page.locator("main .notice.good").waitFor();
}

/** Signs in with a password of one's own; the page that comes then. */
export async function signInWith(page, login, password) {
  await page.goto("/sign-in");
  await page.locator("#login").fill(login);
  await page.locator("#password").fill(password);
  await page.locator("main .btn.main").click();
  await page.waitForLoadState();
  return new URL(page.url()).pathname;
}

/** The administrator says that the first organisation of the list answers for one more category, by its code. */
export async function addDuty(page, category) {
  await page.goto("/organisations");
  await page.locator("main tbody th a").first().click();
  await page.locator("details:has(form[action$='/duties']) > summary").click();
  const form = page.locator("form[action$='/duties']");
  await form.locator(`label:has(input[value=${category}])`).click();
  await form.locator(".btn").click();
  await page.locator("main .notice.good").waitFor();
}

/** The administrator sets a category's limit to settle, in days, saying why. */
export async function setLimit(page, category, days, why) {
  await page.goto("/categories");
  const row = page.locator(`#${category}`);
  await row.locator("summary").click();
  await row.locator("input[name=resolve]").fill(String(days));
  await row.locator("select[name=resolve-unit]").selectOption("days");
  await row.locator("input[name=reason]").fill(why);
  await row.locator(".btn").click();
  await page.locator("main .notice.good").waitFor();
}

/** The administrator uploads boundaries below a village. */
export async function uploadShapes(page, village, collection) {
  await page.goto(`/areas/${village}`);
  await page.locator("details:has(#file) > summary").click();
  const buffer = Buffer.from(JSON.stringify(collection));
  await page.locator("#file").setInputFiles({ name: "grids.geojson", mimeType: "application/geo+json", buffer });
  await page.locator("form[action$='/shapes'] .btn").click();
  await page.locator("main .notice, #errors").first().waitFor();
}

/** Points at the middle of the report form's map; returns the position the form then holds. */
export async function pointOnMap(page) {
  await page.locator("[data-open]").click();
  const map = page.locator("[data-pick][data-ready]:not([aria-busy]) canvas");
  await map.waitFor();
  await map.click();
  return page.evaluate(() => ["lon", "lat"].map((name) => Number(document.querySelector(`input[name=${name}]`).value)));
}

/** Somebody who runs two-way checks opens one; returns its address. */
export async function openCheck(page, { title, purpose, ground, area, last, office }) {
  await page.goto("/checks/new");
  for (const [field, text] of Object.entries({ title, purpose, ground, area, last })) await page.locator(`#${field}`).fill(text);
  await page.locator("#offices label", { hasText: office }).click();
  await page.locator("main .btn.main").click();
  await page.waitForURL(/\/checks\/\d+\/[0-9a-f-]+\?done=opened/);
  return new URL(page.url()).pathname;
}

/** The address of a two-way check that this person sees, by its title; none where they do not. */
export async function checkOf(page, title) {
  await page.goto("/checks");
  const link = page.locator("[data-rows] .row > a", { hasText: title });
  return await link.count() === 0 ? null : link.first().getAttribute("href");
}

/** An office brings a list as a file and reads it as its columns are guessed; returns the list's address. */
export async function bringList(page, check, { title, name, text }) {
  await page.goto(check);
  await page.locator("#title").fill(title);
  await page.locator("#file").setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(text) });
  await page.locator("form[action$='/bring'] button").click();
  await page.waitForURL(/\/rolls\//);
  await page.locator("#columns .btn.main").click();
  await page.waitForURL(/done=read/);
  return new URL(page.url()).pathname;
}

/** What the list's page says is wrong with its lines. */
export function wrongLines(page) {
  return page.locator("#faulty li").allInnerTexts();
}

/** Whoever runs the check has a list matched, and looks until it is. */
export async function match(page, check, list) {
  await page.goto(check);
  const sheet = page.locator(`#roll-${list.split("/").pop()}`);
  await sheet.locator("form[action$='/link'] button").click();
  for (let looks = 0; await sheet.locator("dl").count() === 0; looks += 1) {
    if (looks > 120) throw new Error("the list was not matched within a minute");
    await page.waitForTimeout(500);
    await page.goto(check);
  }
}

/** How many of a list lie in each of the tabs, by the tab's code. */
export async function bands(page, list) {
  await page.goto(list);
  const tabs = await page.locator("nav.tabs a").evaluateAll((all) => all.map((tab) => [new URL(tab.href).searchParams.get("show"), Number(tab.querySelector("span").textContent)]));
  return Object.fromEntries(tabs);
}

/** How many pairs a clerk still has to look at. */
export async function unclear(page, check) {
  await page.goto(`${check}/unclear`);
  return Number((await page.locator(".head p").innerText()).replace(/\D/g, ""));
}

/** Answers the pair that is shown by one key, and waits for the next page. */
export async function answer(page, key) {
  const answered = page.waitForNavigation();
  await page.keyboard.press(key);
  await answered;
}

/** The completeness of the whole area: each cell's words. */
export async function completeness(page, check) {
  await page.goto(`${check}/coverage`);
  return page.locator("tbody tr").first().locator("td").allInnerTexts();
}

/** Takes back the results of the list whose page stands open; returns the file's bytes. */
export async function takeResults(page, list) {
  const answer = await page.request.get(`${list}/told.xlsx`);
  return { status: answer.status(), bytes: await answer.body() };
}

/** Whoever runs the check sends people to the doors. */
export async function sendVisits(page, check) {
  await page.goto(`${check}/visits`);
  await page.locator("form[action$='/send'] button").click();
  await page.waitForURL(/done=sent/);
}

/** The doors of one check that this person is to visit: their addresses and where they lead. */
export async function doorsOf(page, check) {
  await page.goto(`/visits?campaign=${check.split("/").pop()}`);
  return page.locator("[data-rows] .row > a").evaluateAll((all) => all.map((link) => [link.textContent, link.getAttribute("href")]));
}

/** How many visits a check has, done or not. */
export async function visitsMade(page, check) {
  await page.goto(check);
  const numbers = await page.locator("#visits dd").allInnerTexts();
  return numbers.reduce((sum, number) => sum + Number(number), 0);
}

/** What whoever runs the check is told of the doors: how many people were found how, and who was met there. */
export async function foundAtDoors(page, check) {
  await page.goto(`${check}/visits`);
  const rows = await page.locator("aside dl div").evaluateAll((all) => all.map((row) => [row.querySelector("dt").textContent, Number(row.querySelector("dd").textContent)]));
  return { found: Object.fromEntries(rows), met: await page.locator("#met li a[href^='/people/']").allInnerTexts() };
}

/** Notes at a door what is right about the only person asked about. */
export async function correct(page, door, fields) {
  await page.goto(door);
  const form = page.locator("details:has(input[value='corrected'])");
  await form.locator("summary").click();
  for (const [field, text] of Object.entries(fields)) await form.locator(`input[name='${field}']`).fill(text);
  await form.locator("button").click();
  await page.waitForURL(/done=answered/);
}

/** What an office is told of its lines that were asked about at the doors. */
export async function toldAtTheDoors(page, list) {
  await page.goto(`${list}?show=visited`);
  return page.locator("tbody th .chip.resolved").allInnerTexts();
}
