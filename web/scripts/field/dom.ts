/** Elements, made in one line each. */

export type Child = Node | string | undefined;

/** An element with attributes and what it holds. */
export function make<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Record<string, string>, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

/** The way back to the list, as the page has it. */
export function back(): HTMLElement {
  return document.querySelector<HTMLTemplateElement>("#field-found")!.content.querySelector("p")!.cloneNode(true) as HTMLElement;
}
