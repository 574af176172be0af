/**
 * Maps and charts are heavy, so a page names the module in `data-island` and this loads it only when it is wanted:
 * on the press of its `[data-open]` button if it has one (maps in forms do), otherwise when it comes near the screen.
 */

import { word } from "./words";

/** What a heavy module exports: it takes over the element, which then carries `data-ready`. */
export interface Island {
  start(element: HTMLElement): void | Promise<void>;
}

/** Changes what a button says and leaves its icon. */
function relabel(button: HTMLElement, said: string): void {
  button.lastChild!.textContent = said;
}

async function open(element: HTMLElement): Promise<void> {
  element.setAttribute("aria-busy", "true");
  const button = element.querySelector<HTMLButtonElement>("[data-open]");
  if (button) {
    button.disabled = true;
    relabel(button, word("map-opening"));
  }
  try {
    const module = (await import(new URL(element.dataset["island"]!, location.href).href)) as Island;
    await module.start(element);
    element.dataset["ready"] = "";
  } catch (error) {
    // The words inside the element stay; the reader may press again once there is a connection.
    console.error(error);
    if (button) {
      button.disabled = false;
      relabel(button, word("map-unopened"));
    }
  } finally {
    element.removeAttribute("aria-busy");
  }
}

const near = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    near.unobserve(entry.target);
    void open(entry.target as HTMLElement);
  }
}, { rootMargin: "200px" });

/** Arms every island of the page that is not armed yet. */
export function startIslands(): void {
  for (const element of document.querySelectorAll<HTMLElement>("[data-island]:not([data-armed])")) {
    element.dataset["armed"] = "";
    const button = element.querySelector("[data-open]");
    if (button) button.addEventListener("click", () => void open(element));
    else near.observe(element);
  }
}
