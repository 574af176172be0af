// The base map from one file beside the program: drawn under every map, named, asked for here and nowhere else; a file
// that is none stops the start with words.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { launch } from "./lib/browser.mjs";
import { pmtiles } from "./lib/pmtiles.mjs";
import { start } from "./lib/program.mjs";
import { windows } from "./lib/windows.mjs";

const COUNTY = [114.04, 29.54];
/** What the pictures of the second map are painted with. */
const PAINT = [20, 60, 200];

suite("base map", () => {
  let folder, browser;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "lianxin-e2e-map-"));
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** A program with that file as its base map, for as long as `told` takes. */
  async function withMap(name, bytes, told) {
    const file = join(folder, name);
    await writeFile(file, bytes);
    const program = await start({ LIANXIN_MAP_PMTILES: file });
    try {
      await told(windows(browser, program.url), program);
    } finally {
      await program.stop();
    }
  }

  /** The colours of the map as it is on the screen, 20 pixels apart: red, green, blue. */
  async function colours(page) {
    const shot = await page.locator("[data-ready] canvas").screenshot();
    return page.evaluate(async (base64) => {
      const image = await createImageBitmap(new Blob([Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0))]));
      const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
      context.drawImage(image, 0, 0);
      const found = [];
      for (let x = 10; x < image.width; x += 20) {
        for (let y = 10; y < image.height; y += 20) found.push([...context.getImageData(x, y, 1, 1).data.slice(0, 3)]);
      }
      return found;
    }, shot.toString("base64"));
  }

  /** Opens a page with a map, waits until its picture no longer changes, and returns the answers its tiles came with. */
  async function opened(page, { bare = false } = {}) {
    const tiles = [];
    page.on("response", (answer) => {
      if (/\/base-map\/\w+\/\d/.test(answer.url())) tiles.push(answer);
    });
    await page.goto("/map");
    await page.locator("[data-ready] canvas").waitFor();
    let before;
    for (let now = await colours(page); String(now) !== String(before) || (tiles.length === 0 && !bare); now = await colours(page)) {
      before = now;
      await page.waitForTimeout(300);
    }
    return tiles;
  }

  test("vector tiles are drawn in our own look, and the map says whose they are", async () => {
    await withMap("vector.pmtiles", pmtiles(COUNTY), async ({ someone, troubles }) => {
      const desk = await someone({}, "dispatcher");
      const tiles = await opened(desk);
      assert.ok(tiles.length > 0);
      assert.deepEqual([...new Set(tiles.map((tile) => tile.status()))], [200]);
      assert.equal(await desk.locator(".credit").innerText(), "演示底图，无真实地物");
      // Water is the only bluish thing in the picture: without the ground there is none.
      const blue = ([red, , blues]) => blues - red > 6;
      const drawn = (await colours(desk)).filter(blue).length;
      const without = await someone({}, "dispatcher");
      await without.addInitScript(() => addEventListener("DOMContentLoaded", () => document.querySelector("meta[name=lx-base-map]")?.remove()));
      assert.equal((await opened(without, { bare: true })).length, 0);
      const bare = (await colours(without)).filter(blue).length;
      assert.ok(drawn > bare + 20, `${drawn} bluish points with the ground, ${bare} without`);
      assert.deepEqual(await troubles(), []);
    });
  });

  test("a resident points on the same ground", async () => {
    await withMap("resident.pmtiles", pmtiles(COUNTY), async ({ someone, troubles }) => {
      const resident = await someone({ size: "phone" });
      await resident.goto("/report");
      await resident.locator("[data-open]").first().click();
      await resident.locator(".credit").waitFor();
      assert.deepEqual(await troubles(), []);
    });
  });

  test("a map of pictures is paled", async () => {
    await withMap("pictures.pmtiles", pmtiles(COUNTY, { colour: PAINT }), async ({ someone, troubles }) => {
      const desk = await someone({}, "dispatcher");
      const tiles = await opened(desk);
      assert.ok(tiles.some((tile) => tile.headers()["content-type"] === "image/png"));
      const all = await colours(desk);
      const tinted = all.filter(([red, , blue]) => blue - red > 40);
      assert.ok(tinted.length > all.length / 2, `${tinted.length} of ${all.length}`);
      assert.ok(tinted.every(([red]) => red > PAINT[0]), "paler than its paint");
      assert.deepEqual(await troubles(), []);
    });
  });

  test("a file that is no map stops the start and says why", async () => {
    const nothing = join(folder, "nothing.pmtiles");
    await writeFile(nothing, "no map");
    await assert.rejects(start({ LIANXIN_MAP_PMTILES: nothing }), /opening the base map .*nothing\.pmtiles.*no PMTiles file/s);
    const cut = join(folder, "cut.pmtiles");
    await writeFile(cut, pmtiles(COUNTY).subarray(0, -100));
    await assert.rejects(start({ LIANXIN_MAP_PMTILES: cut }), /the copy may be incomplete/);
  });
});
