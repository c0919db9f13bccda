import { HostlistError } from "../problems/errors";
import { isPadded, MAX_RANGE_DIGITS } from "./digits";
import { rangeMeantBy, remedyFor } from "./remedies";

export { foldHosts, foldInOrder } from "./fold";

/** More names than any one list of a cluster has; python-hostlist, which maestro uses, stops at the same number. */
export const MAX_HOSTS = 100_000;

/** A host name ends up in an ssh argv and in shell scripts: letters, digits, `_`, `.`, `-` only, and none that starts like an option. */
const WHOLE_START = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;
const WHOLE_REST = /^[A-Za-z0-9_.-]*$/;
const FIRST_CHARACTER = /^[A-Za-z0-9_]/;
const OTHER_CHARACTER = /[^A-Za-z0-9_.-]/;
/** RFC 1035's limit of a whole name. */
const MAX_NAME_LENGTH = 253;

/**
 * The names of a hostlist in pdsh's grammar, in the order written, without duplicates: `n[08-10],m1-ib` is n08, n09, n10, m1-ib.
 * Zero padding is kept, a name may have several brackets and a suffix, `-n2` takes n2 out of the list wherever it stands.
 *
 * @throws HostlistError for every malformed form, with the place.
 * @see https://github.com/chaos/pdsh, pdsh.1, "HOSTLIST EXPRESSIONS"
 */
export function expandHostlist(text: string): string[] {
  const names = new Set<string>();
  const exclusions: { readonly position: number; readonly names: readonly string[] }[] = [];
  for (const term of splitTerms(text)) {
    const isExclusion = text[term.start] === "-";
    const expanded = expandTerm(text, isExclusion ? { ...term, start: term.start + 1 } : term);
    if (isExclusion) exclusions.push({ position: term.start, names: expanded });
    else for (const name of expanded) names.add(name);
    if (names.size > MAX_HOSTS) throw new HostlistError(text, term.start, `more than ${MAX_HOSTS} names`);
  }
  for (const { position, names: excluded } of exclusions) {
    // An exclusion of nothing is a slip of the pen that would leave a host in.
    if (excluded.filter((name) => names.delete(name)).length === 0)
      throw new HostlistError(text, position, "the exclusion takes no name out of the list");
  }
  if (names.size === 0) throw new HostlistError(text, 0, "names no host");
  return [...names];
}

/** Half-open range of indexes into the text. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** The parts between commas outside brackets, without the blanks around them. */
function splitTerms(text: string): Span[] {
  const spans: Span[] = [];
  let start = 0;
  let open = -1;
  for (let i = 0; i <= text.length; i++) {
    const character = text[i];
    if (character === "[" && open >= 0) throw new HostlistError(text, i, "a bracket inside a bracket");
    if (character === "[") open = i;
    else if (character === "]" && open < 0) throw new HostlistError(text, i, "this bracket was never opened");
    else if (character === "]") open = -1;
    else if (i === text.length && open >= 0) throw new HostlistError(text, open, "the bracket is never closed");
    else if (i === text.length || (character === "," && open < 0)) {
      spans.push(trimSpan(text, start, i));
      start = i + 1;
    }
  }
  return spans;
}

function trimSpan(text: string, from: number, to: number): Span {
  let [start, end] = [from, to];
  while (start < end && isBlank(text[start])) start++;
  while (end > start && isBlank(text[end - 1])) end--;
  if (start === end) throw new HostlistError(text, from, "a name is missing");
  return { start, end };
}

function isBlank(character: string | undefined): boolean {
  return character !== undefined && /\s/.test(character);
}

/** `a[1-2]b[3-4]` is a1b3, a1b4, a2b3, a2b4: the last bracket runs fastest. */
function expandTerm(text: string, { start, end }: Span): string[] {
  if (start === end) throw new HostlistError(text, start, "a name is missing");
  let names = [""];
  let i = start;
  while (i < end) {
    const isBracket = text[i] === "[";
    const stop = isBracket ? text.indexOf("]", i) : nextBracket(text, i, end);
    const choices = isBracket ? expandBracket(text, i + 1, stop) : [literal(text, i, stop, i === start)];
    if (!isBracket && i === start && stop === end) refuseRange(text, start, choices[0]!);
    if (names.length * choices.length > MAX_HOSTS) throw new HostlistError(text, start, `more than ${MAX_HOSTS} names`);
    names =
      names.length === 1 ? choices.map((choice) => names[0] + choice) : names.flatMap((name) => choices.map((choice) => name + choice));
    i = isBracket ? stop + 1 : stop;
  }
  if (names.some((name) => name.length > MAX_NAME_LENGTH))
    throw new HostlistError(text, start, `a name of more than ${MAX_NAME_LENGTH} characters`);
  return names;
}

function refuseRange(text: string, position: number, name: string): void {
  const meant = name.length > MAX_NAME_LENGTH ? undefined : rangeMeantBy(name);
  if (meant !== undefined) throw new HostlistError(text, position, "a range has its numbers in brackets", `write \`${meant}\``);
}

/** Looks no further than the term: a list of many names may have its next bracket far away, or nowhere. */
function nextBracket(text: string, from: number, end: number): number {
  const at = text.slice(from, end).indexOf("[");
  return at < 0 ? end : from + at;
}

function literal(text: string, from: number, to: number, isFirst: boolean): string {
  const name = text.slice(from, to);
  if (isFirst ? WHOLE_START.test(name) : WHOLE_REST.test(name)) return name;
  const wrong = isFirst && !FIRST_CHARACTER.test(name) ? 0 : name.search(OTHER_CHARACTER);
  const character = name[wrong];
  if (isBlank(character)) throw new HostlistError(text, from + wrong, "a blank inside a host name");
  const isMisplaced = character === "." || character === "-";
  const reason = `not a character to ${isMisplaced ? "start a host name with" : "have in a host name"}`;
  throw new HostlistError(text, from + wrong, reason, remedyFor(character, isFirst && wrong === 0 ? "start" : "name"));
}

function expandBracket(text: string, from: number, to: number): string[] {
  const choices: string[] = [];
  let position = from;
  for (const part of text.slice(from, to).split(",")) {
    for (const choice of expandRange(text, position, part)) choices.push(choice);
    if (choices.length > MAX_HOSTS) throw new HostlistError(text, position, `more than ${MAX_HOSTS} names`);
    position += part.length + 1;
  }
  return choices;
}

/** `7` or `08-11`, as it stands between the commas of a bracket. */
function expandRange(text: string, position: number, part: string): string[] {
  const wrong = /[^0-9-]/.exec(part);
  if (wrong) throw new HostlistError(text, position + wrong.index, "not a number or a range of numbers", remedyFor(wrong[0], "range"));
  const match = /^([0-9]+)(?:-([0-9]+))?$/.exec(part);
  if (!match) throw new HostlistError(text, position, part === "" ? "a number is missing" : "a range has the form 1-4");
  const [, low = "", high] = match;
  if (high === undefined) return [low];
  if (Math.max(low.length, high.length) > MAX_RANGE_DIGITS)
    throw new HostlistError(text, position, `a bound of more than ${MAX_RANGE_DIGITS} digits`);
  if (Number(low) > Number(high)) throw new HostlistError(text, position, "the range runs backwards");
  // `1-010` and `01-9` are read in two ways by the tools of the field.
  if (low.length !== high.length && (isPadded(low) || isPadded(high)))
    throw new HostlistError(text, position, "the two ends of the range are padded differently");
  if (Number(high) - Number(low) >= MAX_HOSTS) throw new HostlistError(text, position, `more than ${MAX_HOSTS} names`);
  return Array.from({ length: Number(high) - Number(low) + 1 }, (_, i) => String(Number(low) + i).padStart(low.length, "0"));
}
