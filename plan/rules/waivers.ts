import type { Waiver } from "../model/waiver";
import type { Rule } from "./rule";
import type { Violation } from "./violation";

/** What a rule was judged of; neither where it is the stack as a whole. */
export interface Subject {
  readonly host?: string;
  readonly container?: string;
}

/** What the stack says of its rules; the day is given, for nothing here has a clock. */
export interface WaiverSettings {
  readonly waivers: readonly Waiver[];
  readonly profile: "privileged" | "minimal";
  /** `2026-11-25` */
  readonly today: string;
}

/** Why a broken rule is let pass; undefined where it is not. */
export function findWaiver(rule: Pick<Rule<never>, "name" | "byDesign">, subject: Subject, settings: WaiverSettings): Violation["waived"] {
  const { byDesign } = rule;
  if (byDesign && (byDesign.profile ?? settings.profile) === settings.profile) return { reason: byDesign.reason };
  const found = settings.waivers.find(
    (waiver) =>
      waiver.rule === rule.name && covers(waiver, subject) && !isExpired(waiver, settings.today) && !isTooLong(waiver, settings.today),
  );
  return found && { reason: found.reason, until: found.until };
}

function covers({ hosts, containers }: Waiver, { host, container }: Subject): boolean {
  const within = (names: readonly string[] | undefined, name: string | undefined) =>
    names === undefined || (name !== undefined && names.includes(name));
  return within(hosts, host) && within(containers, container);
}

/** Dates of this form are in the order of their texts. */
function isExpired({ until }: Waiver, today: string): boolean {
  return until < today;
}

/** The same day of next year, which is the last one that a waiver may have. */
function lastDay(today: string): string {
  return `${Number(today.slice(0, 4)) + 1}${today.slice(4)}`;
}

function isTooLong({ until }: Waiver, today: string): boolean {
  return until > lastDay(today);
}

/** A waiver past its last day stops the next deployment, so that nobody lives on one. */
export function expiredWaivers({ waivers, today }: WaiverSettings): Violation[] {
  return waivers
    .filter((waiver) => isExpired(waiver, today))
    .map((waiver) => ({
      ...violationOf(waiver, `ended on ${waiver.until}`),
      rule: "waiver-not-expired",
      help: "mend what it lets pass, or set a later `until` in the stack file",
    }));
}

/** Nor does one without an end in sight. */
export function endlessWaivers({ waivers, today }: WaiverSettings): Violation[] {
  return waivers
    .filter((waiver) => isTooLong(waiver, today))
    .map((waiver) => ({
      ...violationOf(waiver, `would end on ${waiver.until}, more than a year from today`),
      rule: "waiver-within-a-year",
      help: `set its \`until\` in the stack file to ${lastDay(today)} or earlier`,
    }));
}

function violationOf({ rule, hosts = [], containers, reason }: Waiver, what: string): Omit<Violation, "rule" | "help"> {
  const subject = `the waiver of \`${rule}\`${containers ? ` for \`${containers.join("`, `")}\`` : ""}`;
  return { severity: "high", enforcement: "mandatory", hosts, message: `${subject} ${what}: ${reason}` };
}
