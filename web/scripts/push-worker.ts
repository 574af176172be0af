/** Shows what a push message says, and opens its page when it is touched. It controls no page and keeps nothing. */

/** The parts of a service worker's world that are used here; TypeScript's own list belongs to another kind of file. */
interface PushWorld {
  registration: { showNotification(title: string, options: NotificationOptions): Promise<void> };
  clients: { openWindow(url: string): Promise<unknown> };
  addEventListener(kind: "push", listener: (event: Lasting & { data: { json(): unknown } | null }) => void): void;
  addEventListener(kind: "notificationclick", listener: (event: Lasting & { notification: Notification }) => void): void;
}

interface Lasting {
  waitUntil(work: Promise<unknown>): void;
}

/** What `crates/channels/src/push/mod.rs` sends. */
interface Said {
  title: string;
  text: string;
  page: string;
  id: string;
}

const world = self as unknown as PushWorld;

world.addEventListener("push", (event) => {
  if (!event.data) return;
  const said = event.data.json() as Said;
  const body = said.text === said.title ? "" : said.text;
  event.waitUntil(world.registration.showNotification(said.title, { body, tag: said.id, data: said.page }));
});

world.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const page = new URL(String(event.notification.data), location.origin);
  // Only our own pages: the message is sealed, but a page is opened for whoever touched it.
  if (page.origin === location.origin) event.waitUntil(world.clients.openWindow(page.href));
});
