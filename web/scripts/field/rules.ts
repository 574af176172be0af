/**
 * What can happen to a matter, decided on the phone by the very table the program decides by: `rules::rows()` in
 * crates/matters/src/rules sends it along, so that it is written once.
 */

/** One row of the table; `to` is null where the matter stays as it is. */
export interface Rule {
  step: string;
  by: string[];
  from: string[];
  to: string | null;
}

/** Where `step`, taken as one of `parties`, leads from `status`; undefined where it cannot be taken. */
export function advance(table: Rule[], status: string, step: string, parties: string[]): string | undefined {
  for (const party of parties) {
    const rule = table.find((row) => row.step === step && row.by.includes(party) && row.from.includes(status));
    if (rule) return rule.to ?? status;
  }
  return undefined;
}
