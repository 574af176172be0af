// Shows samples/ on http://127.0.0.1:8090/ under the content policy the program itself sends, so that a sample
// which needs an inline style or script fails here first. `/static/NAME` is answered by way of dist/manifest.json.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { dirname, extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const WEB = dirname(fileURLToPath(import.meta.url));
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

createServer(async (request, response) => {
  const path = normalize(new URL(request.url ?? "/", "http://localhost").pathname);
  try {
    const body = await readFile(await fileFor(path));
    response.writeHead(200, {
      "content-type": TYPES[extname(path)] ?? "text/html; charset=utf-8",
      "content-security-policy": POLICY,
    });
    response.end(body);
  } catch {
    response.writeHead(404).end("没有这个页面");
  }
}).listen(PORT, "127.0.0.1", () => console.log(`http://127.0.0.1:${PORT}/`));
