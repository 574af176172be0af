/**
 * Large type and theme, kept in the cookie `lx_look` as words joined by `-` (`elder`, `dark`, `light`), so that the
 * server draws the next page right from its first byte. Without script the same form posts to the server.
 */

const COOKIE = "lx_look";
const YEAR_SECONDS = 31_536_000;
const root = document.documentElement;

function isDark(): boolean {
  const theme = root.dataset["theme"];
  return theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

function isElder(): boolean {
  return root.dataset["elder"] !== undefined;
}

function setElder(on: boolean): void {
  if (on) root.dataset["elder"] = "";
  else delete root.dataset["elder"];
}

function remember(): void {
  const words = [isElder() ? "elder" : "", root.dataset["theme"] ?? ""].filter(Boolean).join("-");
  document.cookie = `${COOKIE}=${words}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
}

function recall(): void {
  const kept = document.cookie.split("; ").find((pair) => pair.startsWith(`${COOKIE}=`));
  if (kept === undefined) return;
  const words = kept.slice(COOKIE.length + 1).split("-");
  setElder(words.includes("elder"));
  const theme = words.find((word) => word === "dark" || word === "light");
  if (theme) root.dataset["theme"] = theme;
}

/** The buttons offer what is not in force: pressed means on. */
function show(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-look] button")) {
    const on = button.name === "elder" ? isElder() : isDark();
    button.setAttribute("aria-pressed", String(on));
  }
}

/** Makes every `form[data-look]` change the page at once instead of posting. */
export function letLookChange(): void {
  recall();
  show();
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    const button = event.submitter as HTMLButtonElement | null;
    if (!form.matches("[data-look]") || !button) return;
    event.preventDefault();
    if (button.name === "elder") setElder(!isElder());
    else root.dataset["theme"] = isDark() ? "light" : "dark";
    remember();
    show();
    document.dispatchEvent(new CustomEvent("lx:look"));
  });
}
