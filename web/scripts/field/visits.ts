/**
 * The doors of checks on the ground: what the phone took along of them, how they stand once what waits has arrived, and
 * the forms for what is found there. What can be said of whom is decided by the very table the program decides by:
 * `rules::answers::rows()` in crates/reconcile sends it along. Nothing of a door stays once nobody asks at it, or once its
 * check is over.
 */

import { back, type Child, make } from "./dom";
import type { Entry } from "./outbox";

/** One row of the table: what can be said of whom, what it asks to be filled in, and how the question stands then. */
interface Rule {
  outcome: string;
  sides: string[];
  from: string[];
  agreed: boolean;
  blanks: string[];
  to: string;
}

interface Person {
  id: string;
  side: string;
  said: string;
  name: string;
  birth: string;
  sex: string;
  stands: string;
  agreed: boolean;
  new: boolean;
  sources: [string, [string, string][]][];
}

export interface Visit {
  county: string;
  id: string;
  address: string;
  place: string;
  check: string;
  purpose: string;
  /** From then on nothing of it may be kept, in microseconds since 1970. */
  until: number;
  chip: [string, string];
  tries: number;
  note: string;
  living: [string, string][];
  people: Person[];
}

/** What the phone takes along: `taken_along` in crates/reconcile/src/pages/visits/along.rs. */
export interface Round {
  account: string;
  /** Says whether this is what the program has; `same` where it is, and then nothing else is sent. */
  mark: string;
  same?: boolean;
  words: Record<string, string>;
  rules: Rule[];
  outcomes: [string, string][];
  sexes: [string, string][];
  relations: [string, string][];
  visits: Visit[];
}

/** Where what is found at a door is sent. */
const SENT_TO = "/field/visits/entries";

/** Keeps what a form says; `of` is the entry without what every entry has. */
export type Keep = (form: HTMLFormElement, of: Pick<Entry, "step" | "title"> & Partial<Entry>) => void;

function word(round: Round, id: string, blanks: Record<string, string | number> = {}): string {
  return (round.words[id] ?? id).replace(/\{(\w+)\}/g, (blank, key: string) => String(blanks[key] ?? blank));
}

const named = (pairs: [string, string][], code: string): string => pairs.find(([one]) => one === code)?.[1] ?? code;

/** How a question stands once these entries have arrived, by the table the program asks. */
export function stands(rules: Rule[], person: Pick<Person, "id" | "side" | "stands" | "agreed">, pending: Entry[]): string {
  return pending.filter(({ fields }) => fields?.["question"] === person.id)
    .reduce((now, { fields }) => offered(rules, { ...person, stands: now }).find(({ outcome }) => outcome === fields!["outcome"])?.to ?? now, person.stands);
}

/** What can be said of somebody, in the order it is offered. */
export function offered(rules: Rule[], { side, stands: now, agreed }: Pick<Person, "side" | "stands" | "agreed">): Rule[] {
  return rules.filter((rule) => rule.sides.includes(side) && rule.from.includes(now) && (agreed || !rule.agreed));
}

/** The same without what may no longer be kept at a moment; `undefined` where nothing is left to forget. */
export function forgotten(round: Round, micros: number): Round | undefined {
  const visits = round.visits.filter(({ until }) => until > micros);
  return visits.length === round.visits.length ? undefined : { ...round, visits, mark: "" };
}

/** The same once an entry has arrived: who was found is off the phone, and the door with the last of them. */
export function settled(round: Round, entry: Entry): Round {
  const visits = round.visits.map((visit) => (visit.id !== entry.visit ? visit : {
    ...visit,
    people: visit.people.map((person) => ({ ...person, stands: stands(round.rules, person, [entry]) })).filter(({ stands: now }) => now !== "settled"),
  }));
  return { ...round, visits: visits.filter(({ people }) => people.length > 0), mark: "" };
}

const left = (round: Round, visit: Visit, pending: Entry[]): number =>
  visit.people.filter((person) => stands(round.rules, person, pending) === "open").length;

function chip(round: Round, visit: Visit, pending: Entry[]): HTMLElement {
  const kept = pending.some(({ visit: of }) => of === visit.id);
  return kept ? make("span", { class: "chip waiting" }, word(round, "visit-kept")) : make("span", { class: `chip ${visit.chip[0]}` }, visit.chip[1]);
}

const heading = (round: Round, visit: Visit): string => visit.address || word(round, "visit-no-address");

/** The doors to go to, place by place as one walks. */
export function doors(round: Round, pending: Entry[]): Node[] {
  if (round.visits.length === 0) return [];
  const rows: Node[] = [];
  let place: string | undefined;
  for (const visit of round.visits) {
    if (visit.place !== place) rows.push(make("li", { class: "row-head" }, make("h3", {}, visit.place)));
    place = visit.place;
    rows.push(make("li", { class: "row" },
      make("a", { href: `#v-${visit.id}` }, heading(round, visit)),
      chip(round, visit, pending),
      make("p", { class: "meta" }, make("span", {}, word(round, "visit-people", { n: left(round, visit, pending) })), make("span", {}, visit.check),
        visit.tries > 0 ? make("span", {}, word(round, "visit-tries", { n: visit.tries })) : undefined)));
  }
  return [make("h2", {}, word(round, "visits-title")), make("section", { class: "list" }, make("ol", {}, ...rows))];
}

/** One door: whom to ask about, and what can be said of them. */
export function door(round: Round, visit: Visit, pending: Entry[], keep: Keep): Node[] {
  ids.next = 0;
  const mine = pending.filter(({ visit: of }) => of === visit.id);
  const home = left(round, visit, mine) > 0 && !mine.some(({ step }) => step === "home");
  const parts: Child[] = [
    back(),
    make("h2", {}, heading(round, visit)),
    make("p", {}, chip(round, visit, mine)),
    make("p", { class: "hint" }, [visit.place, visit.check, word(round, "visit-purpose", { purpose: visit.purpose })].join(" · ")),
    visit.note ? make("p", { class: "notice" }, word(round, "visit-note-was", { note: visit.note })) : undefined,
    ...visit.people.map((person) => sheet(round, visit, person, mine, keep)),
    home ? homeForm(round, visit, keep) : undefined,
    ...mine.filter(({ step }) => step !== "answer").map(({ label, fields }) => make("p", {},
      make("span", { class: "chip waiting" }, [label, fields?.["name"]].filter(Boolean).join(" · ")), " ", word(round, "visit-kept"))),
    visit.living.length > 0 ? make("section", { class: "stack" }, make("h3", {}, word(round, "visit-living")),
      make("ul", {}, ...visit.living.map(([name, relation]) => make("li", {}, name, " ", make("span", { class: "muted" }, relation))))) : undefined,
    meetForm(round, visit, keep),
  ];
  return parts.filter((part) => part !== undefined) as Node[];
}

function sheet(round: Round, visit: Visit, person: Person, mine: Entry[], keep: Keep): HTMLElement {
  const said = mine.filter(({ fields }) => fields?.["question"] === person.id);
  const now = { ...person, stands: stands(round.rules, person, mine) };
  const offers = offered(round.rules, now);
  const told = person.sources.map(([title, fields]) => make("dl", { class: "facts" },
    make("div", {}, make("dt", {}, title), make("dd", {})),
    ...fields.map(([name, text]) => make("div", {}, make("dt", {}, name), make("dd", {}, text)))));
  return make("section", { class: "sheet stack", "data-person": person.id },
    make("h3", {}, person.name, " ", make("span", { class: "tag" }, person.said)),
    ...told,
    ...said.map(({ label }) => make("p", {}, make("span", { class: "chip waiting" }, label ?? ""), " ", word(round, "visit-kept"))),
    person.agreed || offers.length === 0 ? undefined : make("p", { class: "muted" }, word(round, "visit-differs-says")),
    ...offers.map((rule, at) => answerForm(round, visit, person, rule, at === 0 && said.length === 0, keep)));
}

const ids = { next: 0 };

/** A labelled field; ids are counted, since a door has the same field for several people. */
function field(round: Round, name: string, label: string, attributes: Record<string, string>): HTMLElement {
  const id = `visit-${ids.next++}`;
  const needed = "required" in attributes;
  return make("div", { class: "field" },
    make("label", { for: id }, word(round, label), ...(needed ? [] : [" ", make("span", { class: "optional" }, word(round, "registry-optional"))])),
    make("input", { id, name, autocomplete: "off", ...attributes }));
}

function choice(round: Round, name: string, label: string, choices: [string, string][], chosen: string): HTMLElement {
  const id = `visit-${ids.next++}`;
  const select = make("select", { id, name }, new Option(word(round, "registry-choose"), ""), ...choices.map(([code, text]) => new Option(text, code, code === chosen, code === chosen)));
  return make("div", { class: "field" }, make("label", { for: id }, word(round, label), " ", make("span", { class: "optional" }, word(round, "registry-optional"))), select);
}

function personFields(round: Round, is: Pick<Person, "name" | "birth" | "sex" | "new">): HTMLElement[] {
  return [
    field(round, "name", "person-name", { required: "", maxlength: "40", value: is.name }),
    field(round, "birth", "person-birth", { maxlength: "20", inputmode: "numeric", placeholder: "1985-03-21", value: is.birth }),
    choice(round, "sex", "person-sex", round.sexes, is.sex),
    field(round, "phone", "person-phone", { type: "tel", maxlength: "30" }),
    field(round, "id-number", "person-id-number", { maxlength: "24" }),
    ...(is.new ? [choice(round, "relation", "household-relation", round.relations, "")] : []),
  ];
}

const noteField = (round: Round): HTMLElement => field(round, "note", "visit-note", { maxlength: "200" });

function form(step: string, label: string, parts: Child[], kept: (form: HTMLFormElement) => void): HTMLFormElement {
  const made = make("form", { class: "form", "data-step": step }, ...parts, make("div", { class: "actions" }, make("button", { class: "btn" }, label)));
  made.addEventListener("submit", (event) => {
    event.preventDefault();
    kept(made);
  });
  return made;
}

/** What every entry about a door says. */
const about = (visit: Visit): Partial<Entry> => ({ to: SENT_TO, county: visit.county, visit: visit.id, until: visit.until });

function answerForm(round: Round, visit: Visit, person: Person, rule: Rule, open: boolean, keep: Keep): HTMLElement {
  const label = named(round.outcomes, rule.outcome);
  const blanks: Record<string, () => HTMLElement[]> = {
    person: () => [make("p", { class: "hint" }, word(round, person.new ? "visit-phone-masked" : "visit-corrected-says")), ...personFields(round, person)],
    to: () => [field(round, "to", "visit-to", { maxlength: "120" })],
    last: () => [field(round, "last", "visit-last", { type: "date" })],
  };
  const parts = [...rule.blanks.flatMap((blank) => blanks[blank]?.() ?? []), noteField(round)];
  const made = form("answer", label, parts, (filled) => keep(filled, {
    ...about(visit), step: "answer", title: `${heading(round, visit)} · ${person.name}`, label, fields: { question: person.id, outcome: rule.outcome },
  }));
  return make("details", { class: "fold", "data-offer": rule.outcome, ...(open ? { open: "" } : {}) }, make("summary", {}, label), made);
}

function homeForm(round: Round, visit: Visit, keep: Keep): HTMLElement {
  const label = word(round, "visit-nobody-home");
  return form("home", label, [noteField(round)], (filled) => keep(filled, { ...about(visit), step: "home", title: heading(round, visit), label }));
}

function meetForm(round: Round, visit: Visit, keep: Keep): HTMLElement {
  const label = word(round, "visit-meet");
  const nobody = { name: "", birth: "", sex: "", new: true };
  const made = form("meet", word(round, "visit-meet-do"), [make("p", { class: "hint" }, word(round, "visit-meet-says")), ...personFields(round, nobody)],
    (filled) => keep(filled, { ...about(visit), step: "meet", title: heading(round, visit), label }));
  return make("details", { class: "fold", "data-offer": "meet" }, make("summary", {}, label), made);
}
