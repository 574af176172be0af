/**
 * While somebody writes a report: who said the same near by, what is personal in the words, what they are about.
 * The server says it as a piece of the page for `[data-twins]`; its buttons belong to the form around it.
 */

const WAIT_MS = 900;
const ASKED = ["token", "text", "place", "lon", "lat", "area", "inner", "category", "private"];

function watch(box: HTMLElement): void {
  const form = box.closest("form");
  const address = box.dataset["twins"];
  if (!form || !address) return;
  let timer = 0;
  let before = "";
  let asked: AbortController | undefined;
  const look = async (): Promise<void> => {
    const sent = new URLSearchParams();
    const filled = new FormData(form);
    for (const name of ASKED) {
      const value = filled.get(name);
      if (typeof value === "string" && value) sent.set(name, value);
    }
    if ((sent.get("text") ?? "").trim().length < 4 || sent.toString() === before) return;
    before = sent.toString();
    asked?.abort();
    asked = new AbortController();
    try {
      const answer = await fetch(address, { method: "POST", body: sent, signal: asked.signal });
      // Without a connection or an answer nothing is lost: the server looks again when it is sent.
      if (answer.ok) box.innerHTML = answer.status === 204 ? "" : await answer.text();
    } catch {
      before = "";
    }
  };
  form.addEventListener("input", (event) => {
    if (!(event.target instanceof Element) || box.contains(event.target)) return;
    clearTimeout(timer);
    timer = window.setTimeout(() => void look(), WAIT_MS);
  });
  form.addEventListener("focusout", () => void look());
  // A category is taken on the spot.
  box.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-take]") : null;
    const select = form.querySelector<HTMLSelectElement>("select[name=category]");
    if (!button || !select) return;
    event.preventDefault();
    select.value = button.dataset["take"] ?? "";
    const said = button.closest("p");
    button.remove();
    said?.setAttribute("data-taken", "");
  });
}

/** Starts looking wherever a form has room for what is found. */
export function lookBeforeSending(): void {
  document.querySelectorAll<HTMLElement>("[data-twins]").forEach(watch);
}
