/** The page for work without signal: shows what the phone took along, keeps what is done, sends it when it can. */

import { back, type Child, make } from "./field/dom";
import { Arrived, Entry, Stop, send } from "./field/outbox";
import { type Patrol, round as places, spot } from "./field/patrols";
import { Rule, advance } from "./field/rules";
import { shrink } from "./shrink";
import { Kept, Vault } from "./field/vault";
import { door, doors, forgotten, Round, settled } from "./field/visits";
import { say, when } from "./field/words";

/** A step that can be taken here, in the reader's words. */
interface Offer {
  step: string;
  title: string;
  hint: string;
  button: string;
  label: string;
  needed: boolean;
  photos: boolean;
  internal: boolean;
}

interface Matter {
  county: string;
  id: string;
  number: string;
  title: string;
  text: string;
  category: string;
  place: string;
  status: string;
  chip: [string, string];
  parties: string[];
  happened: { id: string; at: number; what: string; who: string; note: string | null }[];
}

/** What the phone takes along: `taken_along` in crates/matters/src/pages/field.rs. */
interface Bundle {
  account: string;
  token: string;
  at: number;
  forget_after: number;
  rules: Rule[];
  statuses: [string, string][];
  offers: Offer[];
  matters: Matter[];
  more: boolean;
  places: [string, string][];
  patrols?: Patrol[];
  categories: { name: string; choices: [string, string][] }[];
}

const LOOK_EVERY_MS = 30_000;
const LOG_KEPT = 30;

const view = document.getElementById("field-view")!;
const state = document.getElementById("field-state")!;
const outbox = document.getElementById("field-outbox")!;
const log = document.getElementById("field-log")!;

let vault: Vault | undefined;
let bundle: Bundle | undefined;
/** The doors to go to; nothing where this person goes to none. */
let round: Round | undefined;
let entries: Kept<Entry>[] = [];
let seen = new Set<string>();
let arrivals: Arrived[] = [];
let stop: Stop = "sent";
/** The session's form token, once the program has been heard. */
let token: string | undefined;

const waiting = (): Kept<Entry>[] => entries.filter(({ value }) => !value.refused);
const pendingOf = (matter: Matter): Entry[] => waiting().map(({ value }) => value).filter((entry) => entry.matter === matter.id);

/** Where the matter will stand once what waits has arrived, by the same table the program asks. */
function standing(matter: Matter): string {
  return pendingOf(matter).reduce((status, { step }) => advance(bundle!.rules, status, step, matter.parties) ?? status, matter.status);
}

function chip(matter: Matter): HTMLElement {
  const status = standing(matter);
  if (status === matter.status) return make("span", { class: `chip ${matter.chip[0]}` }, matter.chip[1]);
  const name = bundle!.statuses.find(([code]) => code === status)?.[1] ?? status;
  return make("span", { class: "chip waiting" }, `${name} · ${say("queued")}`);
}

const isNew = (matter: Matter): boolean => seen.size > 0 && matter.happened.some(({ id }) => !seen.has(id));

function row(matter: Matter): HTMLElement {
  return make("li", { class: "row" },
    make("a", { href: `#m-${matter.id}` }, matter.title),
    chip(matter),
    make("p", { class: "meta" }, make("span", {}, matter.number), make("span", {}, matter.place),
      isNew(matter) ? make("span", { class: "tag" }, say("new")) : undefined));
}

function list(): Node[] {
  if (!bundle) return [];
  const kept = waiting().map(({ value }) => value);
  const errands = [...(round ? doors(round, kept) : []), ...places(bundle.patrols ?? [], kept)];
  if (errands.length === 0) return matters(bundle);
  return bundle.matters.length === 0 ? errands : [...errands, make("h2", {}, say("matters")), ...matters(bundle)];
}

function matters(bundle: Bundle): Node[] {
  if (bundle.matters.length === 0) return [make("p", { class: "muted" }, say("none"))];
  const rows = make("ol", {}, ...bundle.matters.map(row));
  return [make("section", { class: "list" }, rows), ...(bundle.more ? [make("p", { class: "hint" }, say("more"))] : [])];
}

/** A field for photos; its id is made from the step's code. */
function photoField(step: string): HTMLElement {
  const photos = document.querySelector<HTMLTemplateElement>("#field-found")!.content.querySelector(".upload")!.cloneNode(true) as HTMLElement;
  photos.querySelector("label")!.htmlFor = photos.querySelector("input")!.id = `${step}-photos`;
  return photos;
}

/** Fields of one step; ids are made from its code. */
function stepForm(matter: Matter, offer: Offer, open: boolean): HTMLElement {
  const words = `${offer.step}-words`;
  const parts: Child[] = [
    make("p", { class: "hint" }, offer.hint),
    make("div", { class: "field" }, make("label", { for: words }, offer.label), make("p", { class: "error", hidden: "" }),
      make("textarea", { id: words, name: "words", ...(offer.needed ? { required: "" } : {}) })),
  ];
  if (offer.internal) {
    const internal = document.querySelector<HTMLTemplateElement>("#field-internal")!;
    parts.push(internal.content.cloneNode(true));
  }
  if (offer.photos) parts.push(photoField(offer.step));
  parts.push(make("div", { class: "actions" }, make("button", { class: "btn main" }, offer.button)));
  const form = make("form", { class: "form", "data-step": offer.step, novalidate: "" }, ...parts);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void note(form, { step: offer.step, county: matter.county, matter: matter.id, title: matter.title });
  });
  return make("details", { class: "fold", "data-offer": offer.step, ...(open ? { open: "" } : {}) }, make("summary", {}, offer.title), form);
}

function timeline(matter: Matter): HTMLElement {
  const happened = matter.happened.map(({ at, what, who, note }) => make("li", {},
    make("p", {}, make("strong", {}, what), ` ${when(at)}`),
    who ? make("p", { class: "who" }, who) : undefined,
    note ? make("blockquote", {}, make("span", { class: "words" }, note)) : undefined));
  const mine = pendingOf(matter).map((entry) => make("li", { class: "next" },
    make("p", {}, make("strong", {}, offerOf(entry)), ` ${when(entry.made_at)} · ${say("queued")}`),
    entry.words ? make("blockquote", {}, make("span", { class: "words" }, entry.words)) : undefined));
  return make("ol", { class: "timeline" }, ...happened, ...mine);
}

const offerOf = ({ step, label }: Entry): string => label ?? bundle?.offers.find((offer) => offer.step === step)?.title ?? foundTitle();
const foundTitle = (): string => document.querySelector<HTMLTemplateElement>("#field-found")!.content.querySelector("h2")!.textContent!;

function detail(matter: Matter): Node[] {
  const status = standing(matter);
  const offers = bundle!.offers.filter(({ step }) => advance(bundle!.rules, status, step, matter.parties) !== undefined);
  return [
    back(),
    make("h2", {}, matter.title),
    make("p", {}, chip(matter)),
    make("p", { class: "hint" }, [matter.number, matter.category, matter.place].join(" · ")),
    matter.text ? make("p", { class: "words" }, matter.text) : "",
    make("div", { class: "stack" }, ...offers.map((offer, at) => stepForm(matter, offer, at === 0))),
    make("h3", {}, say("life")),
    timeline(matter),
  ].filter((node) => node !== "") as Node[];
}

function found(): Node[] {
  const page = document.querySelector<HTMLTemplateElement>("#field-found")!.content.cloneNode(true) as DocumentFragment;
  const form = page.querySelector("form")!;
  form.noValidate = true;
  const area = form.querySelector<HTMLSelectElement>("[name=area]")!;
  area.append(...(bundle?.places ?? []).map(([code, name]) => new Option(name, code)));
  const category = form.querySelector<HTMLSelectElement>("[name=category]")!;
  for (const { name, choices } of bundle?.categories ?? []) {
    category.append(make("optgroup", { label: name }, ...choices.map(([code, label]) => new Option(label, code))));
  }
  const point: { lon?: string; lat?: string } = {};
  const said = form.querySelector("output")!;
  form.querySelector("[data-here]")!.addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      point.lon = coords.longitude.toFixed(6);
      point.lat = coords.latitude.toFixed(6);
      said.value = say("located");
    }, () => { said.value = say("not-located"); }, { enableHighAccuracy: true, timeout: 20_000 });
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = (name: string): string => form.querySelector<HTMLInputElement | HTMLSelectElement>(`[name=${name}]`)!.value.trim();
    const place = text("place");
    const more = { area: text("area"), ...(place ? { place } : {}), ...(category.value ? { category: category.value } : {}), ...point };
    void note(form, { step: "report", title: "", ...more });
  });
  return [page];
}

/** Keeps what a form says on the phone, and only then empties it. */
async function note(form: HTMLFormElement, of: Pick<Entry, "step" | "title"> & Partial<Entry>): Promise<void> {
  const words = form.querySelector<HTMLTextAreaElement>("[name=words]")!;
  const files = [...(form.querySelector<HTMLInputElement>("[name=photos]")?.files ?? [])];
  const needed = words.required || (of.step === "note" && files.length === 0);
  const error = form.querySelector<HTMLElement>(".error")!;
  error.hidden = !needed || words.value.trim() !== "";
  if (!error.hidden) {
    error.textContent = say("words-missing");
    words.setAttribute("aria-invalid", "true");
    words.focus();
    return;
  }
  const button = form.querySelector<HTMLButtonElement>(".actions .btn")!;
  button.disabled = true;
  const entry: Entry = {
    ...of,
    id: crypto.randomUUID(),
    words: words.value.trim(),
    title: of.title || words.value.trim().slice(0, 40),
    internal: form.querySelector<HTMLInputElement>("[name=internal]")?.checked ?? false,
    made_at: Date.now() * 1000,
  };
  await vault!.keep(entry, await Promise.all(files.map(shrink)));
  location.hash = "";
  await look();
  void exchange();
}

/** Keeps what was found at a door, and stays there as long as there is somebody to ask about. */
async function noteAtDoor(form: HTMLFormElement, of: Pick<Entry, "step" | "title"> & Partial<Entry>): Promise<void> {
  form.querySelectorAll("button").forEach((button) => { button.disabled = true; });
  const filled = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value).trim()]));
  const entry: Entry = { ...of, fields: { ...filled, ...of.fields }, id: crypto.randomUUID(), words: "", made_at: Date.now() * 1000 };
  await vault!.keep(entry, []);
  typed = undefined;
  // Its form is to be empty again, whatever else is as it was.
  drawn = "";
  await look();
  void exchange();
}

function entryRow({ at, value, files }: Kept<Entry>): HTMLElement {
  const buttons: Child[] = [];
  if (value.refused) {
    buttons.push(pressed(say("again"), async () => vault!.keep({ ...value, refused: undefined, code: undefined }, files, at)));
    if (value.code === "person-alike") {
      const another = { ...value.fields, another: "1" };
      buttons.push(pressed(round?.words["visit-another-again"] ?? say("again"), async () => vault!.keep({ ...value, fields: another, refused: undefined, code: undefined }, files, at)));
    }
    if (value.words) buttons.push(pressed(say("copy"), async () => navigator.clipboard.writeText(value.words)));
  }
  buttons.push(pressed(say("drop"), async () => { if (confirm(say("drop-sure"))) await vault!.remove(at); }));
  return make("li", { class: "card stack" },
    make("p", {}, make("strong", {}, offerOf(value)), value.step === "report" ? "" : ` ${value.title}`),
    make("p", { class: "hint" }, [say("taken-at", { when: when(value.made_at) }),
      ...(files.length > 0 ? [say("photos-count", { n: files.length })] : [])].join(" · ")),
    value.words ? make("p", { class: "words" }, value.words) : undefined,
    value.refused ? make("p", { class: "error" }, `${say("refused")}：${value.refused}`) : undefined,
    make("div", { class: "actions" }, ...buttons));
}

function pressed(label: string, act: () => Promise<void>): HTMLButtonElement {
  const button = make("button", { class: "btn small", type: "button" }, label);
  button.addEventListener("click", () => void act().then(look).then(() => void exchange()));
  return button;
}

function showState(sending = false): void {
  const left = waiting().length;
  const said = [];
  if (sending && left > 0) said.push(say("sending", { n: left }));
  else if (stop === "signed-out") said.push(say("signed-out"));
  else if (stop === "offline" || !navigator.onLine) said.push(say("offline"));
  else if (stop === "limited") said.push(say("limited"));
  else if (bundle) said.push(say("online", { when: when(bundle.at) }));
  if (!sending && left > 0) said.push(say("waiting", { n: left }));
  if (!sending && left === 0 && arrivals.length > 0) said.push(say("all-sent"));
  const text = said.join(" · ");
  if (state.textContent !== text) state.textContent = text;
  state.dataset["left"] = String(entries.length);
  state.dataset["stop"] = stop;
  if (stop === "signed-out") state.append(" ", make("a", { class: "btn small", href: "/sign-in?back=/field" }, document.querySelector<HTMLTemplateElement>("#field-sign-in")!.content.textContent!.trim()));
}

/** Where something was typed that nobody has kept yet. */
let typed: string | undefined;

/** What was drawn last. */
let drawn = "";

/** Draws what is different now; what is being typed is left alone. */
function draw(): void {
  const at = location.hash;
  const held = document.activeElement!.matches("textarea, input, select") && view.contains(document.activeElement);
  const typing = view.dataset["at"] === at && (held || typed === at);
  if (!typing) {
    const matter = bundle?.matters.find(({ id }) => at === `#m-${id}`);
    const kept = waiting().map(({ value }) => value);
    const visit = round?.visits.find(({ id }) => at === `#v-${id}`);
    const patrol = bundle?.patrols?.find(({ id }) => at === `#p-${id}`);
    const shown = visit ? door(round!, visit, kept, (form, of) => void noteAtDoor(form, of))
      : patrol && spot(patrol, kept, () => photoField("patrol"), (form, of) => void note(form, of));
    const fresh = make("div", {}, ...(shown ?? (matter ? detail(matter) : at === "#found" && bundle ? found() : list())));
    // What stands there already is left alone: a fold that was opened stays open.
    if (view.dataset["at"] !== at || drawn !== fresh.innerHTML) {
      drawn = fresh.innerHTML;
      view.replaceChildren(...fresh.childNodes);
    }
    view.dataset["at"] = at;
    // The way to something new stands over the list alone: elsewhere it would stand beside another main button.
    document.querySelector<HTMLElement>("#field .head .actions")!.hidden = view.querySelector("form") !== null;
    if (matter) matter.happened.forEach(({ id }) => seen.add(id));
    document.dispatchEvent(new Event("lx:swapped"));
  }
  outbox.hidden = entries.length === 0;
  outbox.querySelector("[data-outbox]")!.replaceChildren(...entries.map(entryRow));
  log.hidden = arrivals.length === 0;
  log.querySelector("[data-log]")!.replaceChildren(...arrivals.map(({ title, outcome, number, at: moment }) =>
    make("li", {}, `${when(moment)} ${number} ${title} — ${say(outcome)}`)));
  showState();
}

let looks = 0;

/** Reads what the phone holds and draws it, unless somebody looked again meanwhile: they saw something newer. */
async function look(): Promise<void> {
  looks += 1;
  const mine = looks;
  const held = vault ? await vault.entries<Entry>() : [];
  if (mine !== looks) return;
  entries = held;
  await forget();
  draw();
}

/** Takes off the phone what may no longer be kept: doors of a check that is over, and what was found there and never sent. */
async function forget(): Promise<void> {
  const now = Date.now() * 1000;
  const less = round && forgotten(round, now);
  if (less) await vault!.put("visits", round = less);
  const over = entries.filter(({ value: { until } }) => until !== undefined && until <= now);
  for (const { at, value } of over) {
    arrivals = [{ id: value.id, title: value.label ?? "", outcome: "over" as const, number: "", at: now }, ...arrivals].slice(0, LOG_KEPT);
    await vault!.put("log", arrivals);
    await vault!.remove(at);
  }
  entries = entries.filter((one) => !over.includes(one));
}

/** Fetches the doors to go to, where the phone does not have them as they are; whoever goes to none is told so. */
async function refreshRound(): Promise<void> {
  const known = round?.mark ? `?known=${round.mark}` : "";
  const ask = fetch(`/field/visits.json${known}`, { headers: { accept: "application/json" }, signal: AbortSignal.timeout(20_000) });
  const answer = await ask.catch(() => undefined);
  if (answer?.status === 403) {
    round = undefined;
    await vault!.drop("visits");
  }
  if (!answer?.ok) return;
  const fresh = await answer.json().catch(() => undefined) as Round | undefined;
  if (!fresh || fresh.same || fresh.account !== vault!.account) return;
  round = fresh;
  await vault!.put("visits", fresh);
}

/** Fetches what there is to do; `false` where the program was not heard. */
async function refresh(): Promise<boolean> {
  let answer: Response;
  try {
    answer = await fetch("/field/matters.json", { headers: { accept: "application/json" }, signal: AbortSignal.timeout(20_000) });
  } catch {
    stop = "offline";
    return false;
  }
  token = undefined;
  if (answer.status === 401 || answer.status === 403) stop = "signed-out";
  else if (!answer.ok) stop = answer.status === 429 ? "limited" : "offline";
  if (!answer.ok) return false;
  const fresh = await answer.json().catch(() => undefined) as Bundle | undefined;
  if (!fresh) {
    stop = "offline";
    return false;
  }
  if (vault?.account !== fresh.account) {
    vault = await Vault.of(fresh.account);
    await recall();
  }
  // The first time nothing is news.
  if (!bundle) fresh.matters.forEach(({ happened }) => happened.forEach(({ id }) => seen.add(id)));
  bundle = fresh;
  token = fresh.token;
  stop = "sent";
  const open = new Set(fresh.matters.flatMap(({ happened }) => happened.map(({ id }) => id)));
  await vault.put("seen", [...seen].filter((id) => open.has(id)));
  await vault.put("bundle", fresh);
  await refreshRound();
  return true;
}

/** What arrived is part of its matter from then on, also where the signal goes before the program can say so. */
async function settle(entry: Entry): Promise<void> {
  if (entry.visit && round) await vault!.put("visits", round = settled(round, entry));
  if (entry.patrol && bundle?.patrols) {
    bundle.patrols = bundle.patrols.filter(({ id }) => id !== entry.patrol);
    await vault!.put("bundle", bundle);
  }
  const matter = bundle?.matters.find((one) => one.id === entry.matter);
  const status = matter && advance(bundle!.rules, matter.status, entry.step, matter.parties);
  if (!status) return;
  matter.status = status;
  matter.chip = [matter.chip[0], bundle!.statuses.find(([code]) => code === status)?.[1] ?? status];
  await vault!.put("bundle", bundle);
}

let busy: Promise<void> | undefined;
let asked = false;

/** Asks for news, sends what waits, and asks again where something arrived. One at a time; asked meanwhile, once more. */
function exchange(): Promise<void> {
  asked = busy !== undefined;
  busy ??= (async () => {
    if (await refresh()) {
      await look();
      if (waiting().length > 0) {
        showState(true);
        const ask = async (again: boolean): Promise<string | undefined> => {
          if (again) await refresh();
          return token;
        };
        const how = await send(vault!, ask, async (entry, one) => {
          await settle(entry);
          arrivals = [one, ...arrivals.filter(({ id }) => id !== one.id)].slice(0, LOG_KEPT);
          await vault!.put("log", arrivals);
        });
        await refresh();
        if (how !== "sent") stop = how;
      }
    }
    await look();
  })().catch((error) => console.warn(error)).finally(() => {
    busy = undefined;
    if (asked) void exchange();
  });
  return busy;
}

/** What this account had on this phone. */
async function recall(): Promise<void> {
  bundle = await vault!.get<Bundle>("bundle");
  round = await vault!.get<Round>("visits");
  seen = new Set(await vault!.get<string[]>("seen"));
  arrivals = await vault!.get<Arrived[]>("log") ?? [];
  if (bundle && Date.now() * 1000 - bundle.at > bundle.forget_after) {
    bundle = round = undefined;
    await vault!.drop("bundle");
    await vault!.drop("visits");
  }
}

/** From here on the page opens without signal; `data-kept` says so. */
async function letOpenWithoutSignal(): Promise<void> {
  try {
    await navigator.serviceWorker.register("/field/worker.js", { scope: "/field" });
    await navigator.serviceWorker.ready;
    state.dataset["kept"] = "";
  } catch (error) {
    // A browser without workers still keeps what is noted, as long as the page stays open.
    console.warn(error);
  }
}

async function start(): Promise<void> {
  const manifest = make("link", { rel: "manifest", href: "/field/app.webmanifest" });
  document.head.append(manifest);
  void letOpenWithoutSignal();
  void navigator.storage?.persist?.();
  vault = await Vault.last();
  if (vault) await recall();
  await look();
  await exchange();
  const others = await vault?.others() ?? 0;
  if (others > 0) state.after(make("p", { class: "notice" }, say("other-account", { n: others })));
}

view.addEventListener("input", () => { typed = location.hash; });
addEventListener("hashchange", () => {
  typed = undefined;
  draw();
  scrollTo(0, 0);
});
addEventListener("online", () => void exchange());
addEventListener("offline", () => { stop = "offline"; showState(); });
document.addEventListener("visibilitychange", () => { if (!document.hidden) void exchange(); });
setInterval(() => { if (!document.hidden) void exchange(); }, LOOK_EVERY_MS);
document.getElementById("field-wipe")!.addEventListener("click", () => {
  if (!confirm(say("drop-sure"))) return;
  void Vault.clear().then(() => { state.textContent = say("wiped"); vault = bundle = round = undefined; entries = []; view.replaceChildren(); });
});

void start();
