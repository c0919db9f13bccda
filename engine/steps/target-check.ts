import type { RunContext } from "../run/run-context";

/** A target by its full URN that neither the state nor the program has is a mistake: nothing more is done then. @returns whether there was one */
export function failUnknownTargets({ olds, snapshot, outcome, events, targets }: RunContext): boolean {
  const known = new Set(olds.map(({ urn }) => urn));
  const unknown = targets.literals.filter((urn) => !known.has(urn) && snapshot.findNew(urn) === undefined && !outcome.isPoisoned(urn));
  for (const urn of unknown) {
    const message = `target: is neither in the state nor in the program: \`${urn}\``;
    events.diagnostic("error", message);
    outcome.failAndStop("", message);
  }
  return unknown.length > 0;
}
