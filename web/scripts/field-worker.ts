/**
 * Opens the page for work without signal when there is none. It keeps the page itself, which says nothing about
 * anybody, and the styles and scripts it is made of; everything else goes to the program as ever.
 */

/// <reference lib="webworker" />
const worker = self as unknown as ServiceWorkerGlobalScope;

const CACHE = "lianxin-field";
const PAGE = "/field";
/** A phone with one bar of signal should not wait for a page it has. */
const PATIENCE_MS = 4_000;

worker.addEventListener("install", (event) => {
  void worker.skipWaiting();
  // The page that brought this worker was not fetched through it, and the signal may go before the next time.
  event.waitUntil(fetch(PAGE).then((answer) => (isThePage(answer) ? keep(answer) : undefined)));
});
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));

/** What the page is made of, read from the page itself. */
function parts(html: string): string[] {
  return [...new Set([...html.matchAll(/"(\/assets\/[^"#]+)/g)].map((found) => found[1]!))];
}

/** Only the page itself is kept: not the sign-in form that may stand in its place. */
const isThePage = (answer: Response): boolean => answer.ok && !answer.redirected;

/** Keeps a fresh copy of the page with its parts, and lets go of the parts of an older release. */
async function keep(answer: Response): Promise<void> {
  const cache = await caches.open(CACHE);
  const wanted = parts(await answer.clone().text());
  const there = new Set((await cache.keys()).map((request) => new URL(request.url).pathname));
  await Promise.all(wanted.filter((part) => !there.has(part)).map((part) => cache.add(part)));
  await cache.put(PAGE, answer);
  const old = [...there].filter((path) => path.startsWith("/assets/") && !wanted.includes(path));
  await Promise.all(old.map((path) => cache.delete(path)));
}

async function page(event: FetchEvent): Promise<Response> {
  const kept = await caches.match(PAGE, { cacheName: CACHE });
  try {
    const answer = await fetch(event.request, kept ? { signal: AbortSignal.timeout(PATIENCE_MS) } : {});
    if (isThePage(answer)) event.waitUntil(keep(answer.clone()).catch(() => undefined));
    return kept && answer.status >= 500 ? kept : answer;
  } catch (gone) {
    if (kept) return kept;
    throw gone;
  }
}

worker.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== worker.location.origin) return;
  if (event.request.mode === "navigate" && url.pathname === PAGE) event.respondWith(page(event));
  else if (url.pathname.startsWith("/assets/")) {
    event.respondWith(caches.match(url.pathname, { cacheName: CACHE }).then((kept) => kept ?? fetch(event.request)));
  }
});
