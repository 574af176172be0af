/**
 * Asks, while somebody writes, whether the place their words seem to name is meant: `[data-spoken=ADDRESS]` is filled with
 * the server's question. Without this script the form asks once it is sent.
 */

const WAIT_MS = 600;

function ask(slot: HTMLElement, form: HTMLFormElement): () => Promise<void> {
  let asked = "";
  return async () => {
    const sent = new FormData(form);
    const field = (name: string): string => String(sent.get(name) ?? "");
    // A point says more than words.
    if (field("lon")) {
      slot.replaceChildren();
      asked = "";
      return;
    }
    const words = new URLSearchParams({
      token: field("token"),
      place: field("place"),
      text: field("text"),
      area: field("inner") || field("area"),
    });
    if (asked === String(words)) return;
    asked = String(words);
    const answer = await fetch(slot.dataset["spoken"] ?? "", { method: "POST", body: words }).catch(() => undefined);
    if (!answer?.ok || asked !== String(words)) return;
    const part = document.createElement("template");
    part.innerHTML = await answer.text();
    const of = (inside: ParentNode): string | undefined => inside.querySelector<HTMLElement>("[data-of]")?.dataset["of"];
    // What was answered already stays answered.
    if (of(part.content) !== of(slot)) slot.replaceChildren(part.content);
  };
}

/** Starts asking in every form that has a place for the question. */
export function askForPlaces(): void {
  for (const slot of document.querySelectorAll<HTMLElement>("[data-spoken]")) {
    const form = slot.closest("form");
    if (!form) continue;
    const now = ask(slot, form);
    let timer = 0;
    const soon = (): void => {
      clearTimeout(timer);
      timer = window.setTimeout(now, WAIT_MS);
    };
    form.addEventListener("input", soon);
    // A press on the map places it too.
    form.addEventListener("click", soon);
    form.addEventListener("lx:place", () => void now());
  }
}
