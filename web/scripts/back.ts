/**
 * A list remembers in this tab where it stood, tab, conditions and page, and the way back from a matter leads there again:
 * whoever works a list off should not have to set it up anew after each one.
 */

const KEY = "lx:list";
const LIST = "/inbox";

/** Remembers the list, or leads back to it; does nothing where storage is switched off. */
export function rememberList(): void {
  try {
    if (location.pathname === LIST) {
      sessionStorage.setItem(KEY, location.pathname + location.search);
      return;
    }
    const kept = sessionStorage.getItem(KEY);
    if (!kept) return;
    for (const link of document.querySelectorAll<HTMLAnchorElement>(`a.back[href="${LIST}"]`)) link.href = kept;
  } catch {
    // The plain list is a way back too.
  }
}
