/** What was done on the phone, on its way to the program: in order, each once. */

import { Kept, Vault } from "./vault";

/** Something done on the phone. Fields that do not apply are left out. */
export interface Entry {
  /** Made here; the program takes it once. */
  id: string;
  /** A step's code, or `report` for something found. */
  step: string;
  county?: string;
  matter?: string;
  /** The place that was looked at, and what the look showed. */
  patrol?: string;
  outcome?: string;
  /** The matter's title, or the first words of what was found. */
  title: string;
  words: string;
  internal?: boolean;
  place?: string;
  area?: string;
  category?: string;
  lon?: string;
  lat?: string;
  /** When, in microseconds since 1970 by the phone's clock. */
  made_at: number;
  /** Where it is sent, if not where steps on matters are. */
  to?: string;
  /** The visit it is about, and what was filled in for it. */
  visit?: string;
  fields?: Record<string, string>;
  /** What was done, in words, where no step of a matter says it; names nobody. */
  label?: string;
  /** From then on nothing of it may be kept, in microseconds since 1970. */
  until?: number;
  /** Why the program would not take it, in words and as its code; it stays until its owner decides. */
  refused?: string;
  code?: string;
}

/** What became of an entry that arrived. */
export interface Arrived {
  id: string;
  title: string;
  outcome: "done" | "already" | "merged" | "same" | "over";
  number: string;
  at: number;
}

/** Why sending stopped. */
export type Stop = "sent" | "offline" | "signed-out" | "limited";

/** How long a sending may take before the signal counts as gone. */
const PATIENCE_MS = 60_000;

async function form(entry: Entry, files: Blob[], token: string): Promise<FormData> {
  const body = new FormData();
  const { title: _, refused: __, code: ___, label: ____, until: _____, to: ______, internal, made_at, fields, ...rest } = entry;
  body.set("token", token);
  body.set("made_at", String(made_at));
  if (internal) body.set("internal", "1");
  for (const [name, value] of Object.entries({ ...fields, ...rest })) if (value !== undefined) body.set(name, value);
  if (entry.step === "report") body.set("text", entry.words);
  files.forEach((file, at) => body.append("photos", file, `${at}.jpg`));
  return body;
}

async function post(kept: Kept<Entry>, token: string): Promise<Response | undefined> {
  try {
    const body = await form(kept.value, kept.files, token);
    const headers = { accept: "application/json" };
    const answer = await fetch(kept.value.to ?? "/field/entries", { method: "POST", body, headers, signal: AbortSignal.timeout(PATIENCE_MS) });
    // A gateway's own answer says nothing about the entry.
    return answer.status >= 500 || answer.status === 408 ? undefined : answer;
  } catch {
    return undefined;
  }
}

/** A refusal as the program words it (RFC 9457). */
interface Refusal {
  type: string;
  title: string;
  errors?: { detail: string }[];
}

/** The form token was made for an older session. */
const EXPIRED = "/problems/problem-form-expired";

/**
 * Sends what waits, oldest first, and takes out what arrived. `token` gives the form token of the session, asked for
 * anew where the program no longer knows the old one. One tab sends at a time.
 */
export function send(vault: Vault, token: (again: boolean) => Promise<string | undefined>, arrived: (entry: Entry, one: Arrived) => Promise<void>): Promise<Stop> {
  return navigator.locks.request(`lianxin-field-${vault.account}`, async () => {
    for (const kept of (await vault.entries<Entry>()).filter(({ value }) => !value.refused)) {
      const stop = await sendOne(vault, kept, token, arrived);
      if (stop) return stop;
    }
    return "sent";
  });
}

async function sendOne(vault: Vault, kept: Kept<Entry>, token: (again: boolean) => Promise<string | undefined>, arrived: (entry: Entry, one: Arrived) => Promise<void>): Promise<Stop | undefined> {
  for (const again of [false, true]) {
    const mine = await token(again);
    if (!mine) return "signed-out";
    const answer = await post(kept, mine);
    if (!answer) return "offline";
    if (answer.status === 401) return "signed-out";
    if (answer.status === 429) return "limited";
    const body = await answer.json().catch(() => undefined) as Partial<Arrived & Refusal> | undefined;
    // Cut off, or some gateway's words: as if it had not been sent.
    if (!body) return "offline";
    if (body.type === EXPIRED) continue;
    // The log stays: of somebody's door it tells what was done, not whose it is.
    const { id, label, visit } = kept.value;
    const title = visit ? label ?? "" : kept.value.title;
    if (answer.ok) {
      await arrived(kept.value, { id, title, outcome: body.outcome!, number: body.number!, at: Date.now() * 1000 });
      await vault.remove(kept.at);
    } else {
      const refused = [body.title, ...(body.errors ?? []).map(({ detail }) => detail)].join(" ");
      await vault.keep({ ...kept.value, refused, code: body.type?.split("/").pop() }, kept.files, kept.at);
    }
    return undefined;
  }
  return "signed-out";
}
