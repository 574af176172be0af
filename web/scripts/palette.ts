/** The design tokens as scripts need them: the same custom properties that the style sheet uses. */

export interface Palette {
  ink: string;
  ink2: string;
  paper: string;
  surface: string;
  sunk: string;
  line: string;
  edge: string;
  good: string;
  soon: string;
  late: string;
  calm: string;
  face: string;
}

/** Reads the tokens in force now; call again after `lx:look` or a change of the system's theme. */
export function palette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: token("ink"), ink2: token("ink-2"), paper: token("paper"), surface: token("surface"), sunk: token("sunk"),
    line: token("line"), edge: token("edge"), good: token("good"), soon: token("soon"), late: token("late"),
    calm: token("calm"), face: token("face"),
  };
}

/** Calls `again` whenever the theme or the type size changes. */
export function onLook(again: () => void): void {
  document.addEventListener("lx:look", again);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
}
