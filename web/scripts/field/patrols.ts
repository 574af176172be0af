/** Places to look at on a day: what the phone shows of them, and what can be noted there without signal. */

import { back, type Child, make } from "./dom";
import type { Entry } from "./outbox";
import { say } from "./words";

/** A place to look at: `Carried` in crates/matters/src/pages/patrols.rs. */
export interface Patrol {
  county: string;
  id: string;
  /** The day's first moment, in microseconds since 1970: before it nothing can be noted. */
  due: number;
  day: string;
  place: string;
  look: string;
  area: string;
  chip: [string, string];
}

type Outcome = "fine" | "found" | "missed";

/** What a look can have shown, in the order it is offered. */
const OUTCOMES: Outcome[] = ["fine", "found", "missed"];

/** What was noted of a place and waits to be sent. */
const notedOf = (patrol: Patrol, waiting: Entry[]): Entry | undefined => waiting.find((entry) => entry.patrol === patrol.id);

function chip(patrol: Patrol, waiting: Entry[]): HTMLElement {
  const noted = notedOf(patrol, waiting);
  const [look, text] = noted ? ["waiting", `${say(`patrol-${noted.outcome}`)} · ${say("queued")}`] : patrol.chip;
  return make("span", { class: `chip ${look}` }, text);
}

/** The places to look at, under their heading; nothing where there are none. */
export function round(patrols: Patrol[], waiting: Entry[]): Node[] {
  if (patrols.length === 0) return [];
  const rows = patrols.map((patrol) => make("li", { class: "row" },
    make("a", { href: `#p-${patrol.id}` }, patrol.place),
    chip(patrol, waiting),
    make("p", { class: "meta" }, make("span", {}, patrol.day), make("span", {}, patrol.area))));
  return [make("h2", {}, say("patrols")), make("section", { class: "list" }, make("ol", {}, ...rows))];
}

function parts(outcome: Outcome, photos: () => HTMLElement): Child[] {
  const id = `patrol-${outcome}-words`;
  return [
    make("div", { class: "field" }, make("label", { for: id }, say(id)), make("p", { class: "error", hidden: "" }),
      make("textarea", { id, name: "words", ...(outcome === "fine" ? {} : { required: "" }) })),
    outcome === "found" ? photos() : undefined,
    make("div", { class: "actions" }, make("button", { class: outcome === "fine" ? "btn main" : "btn" }, say(`patrol-${outcome}-button`))),
  ];
}

/**
 * One place: what to look at, and the forms to note it by. `photos` gives a field for photos; `note` keeps what a form
 * says.
 */
export function spot(patrol: Patrol, waiting: Entry[], photos: () => HTMLElement, note: (form: HTMLFormElement, of: Pick<Entry, "step" | "title"> & Partial<Entry>) => void): Node[] {
  const noted = notedOf(patrol, waiting);
  const early = patrol.due > Date.now() * 1000;
  const forms = noted || early ? [] : OUTCOMES.map((outcome) => {
    const form = make("form", { class: "form", "data-step": outcome, novalidate: "" }, ...parts(outcome, photos));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      note(form, { step: "patrol", county: patrol.county, patrol: patrol.id, outcome, label: say(`patrol-${outcome}`), title: patrol.place });
    });
    if (outcome === "fine") return form;
    return make("details", { class: "fold", "data-offer": outcome }, make("summary", {}, say(`patrol-${outcome}-title`)), form);
  });
  return [
    back(),
    make("h2", {}, patrol.place),
    make("p", {}, chip(patrol, waiting)),
    make("p", { class: "hint" }, [patrol.day, patrol.area].join(" · ")),
    make("h3", {}, say("patrol-look")),
    make("p", { class: "words" }, patrol.look),
    ...(early ? [make("p", { class: "hint" }, say("patrol-early"))] : []),
    make("div", { class: "stack" }, ...forms),
  ];
}
