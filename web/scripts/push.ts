/**
 * Agreeing to be told in this browser: `form[data-push=KEY]` is shown where the browser can be told, asks for consent
 * when its button is pressed, and is sent with the browser's subscription. `data-push-worker` shows what arrives.
 */

/** A key in base64url as bytes. */
function bytes(key: string): Uint8Array<ArrayBuffer> {
  const text = atob(key.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

/** The worker at work; one that was registered just now takes a moment. */
async function working(script: string): Promise<ServiceWorkerRegistration> {
  const worker = await navigator.serviceWorker.register(script, { scope: "/assets/push" });
  const coming = worker.installing ?? worker.waiting;
  if (!worker.active && coming) {
    await new Promise<void>((done) => {
      coming.addEventListener("statechange", () => coming.state === "activated" && done());
    });
  }
  return worker;
}

async function subscribed(form: HTMLFormElement): Promise<PushSubscription> {
  const worker = await working(form.dataset["pushWorker"]!);
  const wanted = { userVisibleOnly: true, applicationServerKey: bytes(form.dataset["push"]!) };
  const before = await worker.pushManager.getSubscription();
  // The program's key may have changed since: a subscription under another one reaches nobody.
  if (before) await before.unsubscribe();
  return worker.pushManager.subscribe(wanted);
}

async function agree(form: HTMLFormElement): Promise<void> {
  const refused = form.querySelector<HTMLElement>("[data-refused]")!;
  try {
    if ((await Notification.requestPermission()) !== "granted") throw new Error("refused");
    const { endpoint, keys } = (await subscribed(form)).toJSON();
    for (const [name, value] of Object.entries({ endpoint, ...keys })) {
      const field = form.elements.namedItem(name);
      if (field instanceof HTMLInputElement) field.value = value ?? "";
    }
    form.submit();
  } catch {
    refused.hidden = false;
  }
}

const able = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
for (const form of able ? document.querySelectorAll<HTMLFormElement>("form[data-push]") : []) {
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void agree(form);
  });
}
