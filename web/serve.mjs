// Shows samples/ on http://127.0.0.1:8090/ under the content policy the program itself sends, so that a sample
// which needs an inline style or script fails here first. `/static/NAME` is answered by way of dist/manifest.json.
// A sample gets its scripts' words as the program's pages do; `?lang=en` or `?lang=zh-TW` gives them in that language.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { dirname, extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const WEB = dirname(fileURLToPath(import.meta.url));
const LOCALES = join(WEB, "../crates/foundation/locales");
const LANGUAGES = ["zh-CN", "zh-TW", "en"];
const PORT = Number(process.env.PORT ?? 8090);
const POLICY = [
  "default-src 'self'", "script-src 'self'", "style-src 'self'", "img-src 'self' data: blob:",
  "worker-src 'self'", "connect-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
].join("; ");
const TYPES = {
  ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript",
  ".svg": "image/svg+xml", ".json": "application/json", ".geojson": "application/geo+json", ".jpg": "image/jpeg",
};

/** The file an address means: a built one under /static/, otherwise one of the samples. */
async function fileFor(path) {
  if (path.startsWith("/static/")) {
    // Read each time: a build may have run since.
    const manifest = JSON.parse(await readFile(join(WEB, "dist/manifest.json"), "utf8"));
    const name = path.slice("/static/".length);
    return join(WEB, "dist", manifest[name] ?? name);
  }
  return join(WEB, "samples", path === "/" ? "gallery.html" : path);
}

/** The sample with the `lx-words` block of a language: its `script-…` messages, which have no Fluent beyond blanks. */
async function inLanguage(page, language) {
  const messages = await readFile(join(LOCALES, `${language}.ftl`), "utf8");
  const words = Object.fromEntries([...messages.matchAll(/^script-([a-z-]+) = (.*)$/gm)]
    .map(([, name, said]) => [name, said.replace(/\{ \$(\w+) \}/g, "{$1}")]));
  const block = JSON.stringify(words).replaceAll("<", "\\u003c");
  return page
    .replace(/<html lang="[^"]*"/, () => `<html lang="${language}"`)
    .replace("</head>", () => `<script type="application/json" id="lx-words">${block}</script>\n</head>`);
}

createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
  const path = normalize(pathname);
  try {
    const file = await readFile(await fileFor(path));
    const language = LANGUAGES.find((tag) => tag === searchParams.get("lang")) ?? "zh-CN";
    const body = extname(path) === ".html" || path === "/" ? await inLanguage(file.toString(), language) : file;
    response.writeHead(200, {
      "content-type": TYPES[extname(path)] ?? "text/html; charset=utf-8",
      "content-security-policy": POLICY,
    });
    response.end(body);
  } catch {
    response.writeHead(404).end("没有这个页面");
  }
}).listen(PORT, "127.0.0.1", () => console.log(`http://127.0.0.1:${PORT}/`));
