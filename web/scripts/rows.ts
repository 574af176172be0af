/** The rows of the list at hand, and the one after a given matter: also on the matter's own page, from what this tab remembers. */

const KEY = "lx:rows";

/** The list's links, in its order. */
export function links(): HTMLAnchorElement[] {
  return [...document.querySelectorAll<HTMLAnchorElement>("[data-rows] > .row > a")];
}

/** Remembers the order of the rows on this page, where there are any. */
export function rememberRows(): void {
  const order = links().map((link) => link.pathname);
  if (order.length === 0) return;
  try {
    sessionStorage.setItem(KEY, JSON.stringify(order));
  } catch {
    // Storage switched off: the way back to the list is there still.
  }
}

/** The address of the matter after the one at `path`, in the list it was opened from. */
export function rowAfter(path: string): string | undefined {
  try {
    const order = JSON.parse(sessionStorage.getItem(KEY) ?? "[]") as string[];
    const at = order.indexOf(path);
    return at < 0 ? undefined : order[at + 1];
  } catch {
    return undefined;
  }
}
