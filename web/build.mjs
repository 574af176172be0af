// Builds everything the pages load into dist/: one file per logical name, its content hash in the file name,
// a .gz beside it, and manifest.json from logical name to file. Run by `npm run build`; takes about a second.
//
// A cargo build may be reading dist/ meanwhile. So everything is built aside first, then new files move in under names
// of their own, then the manifest is replaced in one step, and what the last manifest named stays until the next build.

import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const WEB = dirname(fileURLToPath(import.meta.url));
const DIST = join(WEB, "dist");
const FRESH = join(WEB, "dist.new");
const MANIFEST = "manifest.json";

// What a five-year-old phone's browser understands; esbuild lowers nesting and newer syntax to it.
const TARGET = ["chrome105", "safari16", "firefox115"];

const manifest = {};

/** Bundles one entry and returns its bytes. */
async function bundle(entry, options = {}) {
  const result = await build({
    entryPoints: [resolve(WEB, entry)],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: TARGET,
    charset: "utf8",
    legalComments: "none",
    loader: { ".css": "css" },
    ...options,
  });
  return result.outputFiles[0].contents;
}

/** Writes `name` under its hashed file name with a compressed sibling, and enters it in the manifest. */
async function emit(name, contents) {
  const bytes = Buffer.from(contents);
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 10);
  const extension = extname(name);
  const file = `${basename(name, extension)}-${hash}${extension}`;
  const packed = gzipSync(bytes, { level: 9 });
  await writeFile(join(FRESH, file), bytes);
  await writeFile(join(FRESH, `${file}.gz`), packed);
  manifest[name] = file;
  console.log(`${name.padEnd(14)} ${String(bytes.length).padStart(9)} B ${String(packed.length).padStart(8)} B gz`);
  return file;
}

/** Joins icons/*.svg into one sprite: each drawing becomes a <symbol> named after its file. */
async function sprite() {
  const files = (await readdir(join(WEB, "icons"))).filter((file) => file.endsWith(".svg")).sort();
  const symbols = await Promise.all(files.map(async (file) => {
    const source = await readFile(join(WEB, "icons", file), "utf8");
    const inner = source.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "");
    return `<symbol id="${basename(file, ".svg")}" viewBox="0 0 24 24">${inner}</symbol>`;
  }));
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
}

/** Builds every asset into dist.new/. */
async function make() {
  await emit("app.css", await bundle("css/app.css"));
  await emit("icons.svg", await sprite());
  await emit("favicon.svg", await readFile(join(WEB, "favicon.svg")));
  await emit("app.js", await bundle("scripts/app.ts"));
  await emit("staff.js", await bundle("scripts/staff.ts"));
  await emit("chart.js", await bundle("scripts/chart.ts"));
  await emit("push.js", await bundle("scripts/push.ts"));
  await emit("push-worker.js", await bundle("scripts/push-worker.ts"));
  await emit("field.js", await bundle("scripts/field.ts"));
  await emit("field-worker.js", await bundle("scripts/field-worker.ts", { format: "iife" }));

  // The map starts its worker from a file of our own origin, so that the content policy needs no blob: workers.
  const worker = await emit("map-worker.js", await bundle(fileURLToPath(import.meta.resolve("maplibre-gl/dist/maplibre-gl-worker.mjs"))));
  await emit("map.js", await bundle("scripts/map.ts", {
    define: { WORKER_FILE: JSON.stringify(worker) },
    loader: { ".css": "text" },
  }));
  await writeFile(join(FRESH, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** The files a manifest's text names, with their compressed siblings. */
function named(text) {
  return Object.values(JSON.parse(text)).flatMap((file) => [file, `${file}.gz`]);
}

/** Puts dist.new/ in the place of dist/. An unchanged build touches nothing, so that cargo has nothing to do. */
async function publish() {
  await mkdir(DIST, { recursive: true });
  const there = new Set(await readdir(DIST));
  const last = there.has(MANIFEST) ? await readFile(join(DIST, MANIFEST), "utf8") : "{}";
  const next = await readFile(join(FRESH, MANIFEST), "utf8");
  if (next === last && named(next).every((file) => there.has(file))) return;

  const missing = named(next).filter((file) => !there.has(file));
  await Promise.all(missing.map((file) => rename(join(FRESH, file), join(DIST, file))));
  await rename(join(FRESH, MANIFEST), join(DIST, MANIFEST));

  const kept = new Set([MANIFEST, ...named(last), ...named(next)]);
  await Promise.all([...there].filter((file) => !kept.has(file)).map((file) => rm(join(DIST, file), { recursive: true })));
}

await rm(FRESH, { recursive: true, force: true });
await mkdir(FRESH);
try {
  await make();
  await publish();
} finally {
  await rm(FRESH, { recursive: true, force: true });
}
