// What the tests know of the page for work without signal, and how they take the signal from it.

/** The same numbers every time: a fault once found is found again. */
export function dice(seed) {
  let state = seed;
  return (sides) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * sides);
  };
}

/** Waits until everything on the phone has been sent, or says what is left. */
export async function allSent(page) {
  await page.waitForFunction(() => document.getElementById("field-state").dataset.left === "0", undefined, { timeout: 60_000 });
}

/** Opens the worker's page and waits until it has heard the program once. */
export async function openField(page) {
  await page.goto("/field");
  await page.locator("#field-state[data-kept]").waitFor();
  await page.locator("#field-view").locator(".row, .muted").first().waitFor();
}

/**
 * Cuts a worker's signal at random: some sendings are lost on the way, some only their answers, and the phone cannot tell
 * which. `cut` throws the dice for the next step, `back` ends it.
 */
export async function cutAtRandom(page, address, roll) {
  let fate = () => "arrives";
  await page.route(address, async (route) => {
    const how = fate();
    if (how === "lost") return route.abort("connectionfailed");
    const answer = await route.fetch().catch(() => undefined);
    return how === "unanswered" || !answer ? route.abort("connectionfailed") : route.fulfill({ response: answer });
  });
  return {
    async cut() {
      await page.context().setOffline(roll(3) === 0);
      fate = () => ["arrives", "lost", "unanswered"][roll(3)];
      if (roll(4) === 0) await page.reload();
    },
    async back() {
      fate = () => "arrives";
      await page.context().setOffline(false);
      await page.evaluate(() => dispatchEvent(new Event("online")));
    },
  };
}

/** What the phone keeps: how many boxes and entries, whether their bytes tell `words`, whether the key can be read out. */
export function stored(page, words) {
  return page.evaluate(async (told) => {
    const done = (ask) => new Promise((resolve) => { ask.onsuccess = () => resolve(ask.result); });
    const db = await done(indexedDB.open("lianxin-field"));
    const all = (store) => done(db.transaction(store).objectStore(store).getAll());
    const kept = [...await all("boxes"), ...await all("entries")];
    const bytes = kept.map(({ data }) => new TextDecoder().decode(data)).join("");
    const key = (await all("keys")).find((one) => one instanceof CryptoKey);
    return { count: kept.length, tells: bytes.includes(told), extractable: key.extractable };
  }, words);
}

/** The doors of one check that are on the phone, in the order shown: address and where it leads. */
export function doorsAlong(page, check) {
  return page.locator("#field-view .row", { hasText: check }).locator("a").evaluateAll((all) => all.map((link) => [link.textContent, link.getAttribute("href")]));
}

/** Goes to a door on the phone. */
export async function knock(page, href) {
  await page.goto(`/field${href}`);
  await page.locator("#field-view .back").waitFor();
}

/** Says something of the first person there of whom it can be said, or of the door itself; waits until the phone has it. */
export async function say(page, offer, fields = {}) {
  const entries = page.locator("#field-state");
  const form = offer === "home" ? page.locator("form[data-step=home]") : page.locator(`[data-offer="${offer}"]`).first();
  if (offer !== "home" && !await form.evaluate((element) => element.open)) await form.locator("summary").click();
  for (const [name, text] of Object.entries(fields)) await form.locator(`[name="${name}"]`).fill(text);
  await form.locator(".actions .btn").click();
  // The form is gone or drawn anew once the phone has kept what it said.
  await page.waitForFunction(() => document.querySelector("#field-view button[disabled]") === null);
  await entries.waitFor();
}
