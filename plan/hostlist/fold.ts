import { compareDigits, compareText, isPadded, MAX_RANGE_DIGITS } from "./digits";
import { rangeMeantBy } from "./remedies";

/**
 * The shortest hostlist of a set of hosts, the same for every order they come in: `cygnus-[01-04],login1`.
 * Hosts are sorted by their text first and then by their numbers, `n2` before `n10`. No hosts give an empty text.
 */
export function foldHosts(names: readonly string[]): string {
  const groups = new Map<string, Group>();
  for (const name of new Set(names)) {
    const { key, ...split } = splitAtLastNumber(name);
    const group = groups.get(key);
    if (group) group.numbers.push(split.number);
    else groups.set(key, { head: split.head, tail: split.tail, numbers: [split.number] });
  }
  const terms = [...groups.values()].map(({ head, tail, numbers }) => toTerm(head, tail, numbers.sort(compareDigits)));
  return render(terms.sort(compareTerms));
}

/** As `foldHosts`, with the order kept: expanding the result gives exactly these names in this order. */
export function foldInOrder(names: readonly string[]): string {
  const groups: (Group & { readonly key: string })[] = [];
  for (const name of new Set(names)) {
    const { key, head, number, tail } = splitAtLastNumber(name);
    const group = groups.at(-1);
    if (group?.key === key) group.numbers.push(number);
    else groups.push({ key, head, tail, numbers: [number] });
  }
  return render(groups.map(({ head, tail, numbers }) => toTerm(head, tail, numbers)));
}

/** Names that differ in their last number only; a name without a number is a group with the number "". */
interface Group {
  readonly head: string;
  readonly tail: string;
  readonly numbers: string[];
}

/** `r1n003-ib` is head `r1n`, number `003`, tail `-ib`. By hand, since this is most of the work of a long list. */
function splitAtLastNumber(name: string) {
  let end = name.length;
  while (end > 0 && !isDigit(name, end - 1)) end--;
  let start = end;
  while (start > 0 && isDigit(name, start - 1)) start--;
  const [head, number, tail] = end === 0 ? [name, "", ""] : [name.slice(0, start), name.slice(start, end), name.slice(end)];
  return { head, number, tail, key: number === "" ? name : `${head}#${tail}` };
}

function isDigit(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code >= 48 && code <= 57;
}

/**
 * Names being folded: texts `r`, `n`, `-ib` around the columns `1`, `[001-004]`. A column is a number, or in brackets the numbers taken
 * together so far.
 */
interface Term {
  readonly texts: readonly string[];
  readonly columns: readonly string[];
}

function toTerm(head: string, tail: string, numbers: readonly string[]): Term {
  const pieces = head.split(/([0-9]+)/);
  const texts = pieces.filter((_, i) => i % 2 === 0);
  const columns = pieces.filter((_, i) => i % 2 === 1);
  return numbers[0] === "" ? { texts, columns } : { texts: [...texts, tail], columns: [...columns, renderColumn(numbers)] };
}

/** By the texts, then by the numbers from the left; two terms that differ in a folded column differ before it too. */
function compareTerms(a: Term, b: Term): number {
  for (let i = 0; i < Math.min(a.texts.length, b.texts.length); i++) {
    const order = compareText(a.texts[i] as string, b.texts[i] as string);
    if (order !== 0) return order;
  }
  if (a.texts.length !== b.texts.length) return a.texts.length - b.texts.length;
  for (let i = 0; i < a.columns.length; i++) {
    const order = compareDigits(a.columns[i] as string, b.columns[i] as string);
    if (order !== 0) return order;
  }
  return 0;
}

/** The last number is folded already; then each one before it, so that the last bracket runs fastest. */
function render(terms: readonly Term[]): string {
  const width = terms.reduce((most, { columns }) => Math.max(most, columns.length), 0);
  let folded = terms;
  for (let column = width - 2; column >= 0; column--) folded = foldColumn(folded, column);
  return folded.map(({ texts, columns }) => asOneTerm(texts.map((text, i) => text + (columns[i] ?? "")).join(""))).join(",");
}

/** A host of the name `c0-c1` is `c0-c[1]`, which nobody takes for the hosts from c0 to c1. */
function asOneTerm(text: string): string {
  if (text.includes("[") || !text.includes("-") || rangeMeantBy(text) === undefined) return text;
  return text.replace(/[0-9]+(?=[^0-9]*$)/, "[$&]");
}

/** Joins neighbours that differ in this column only. */
function foldColumn(terms: readonly Term[], column: number): Term[] {
  const groups: { readonly shape: string; readonly first: Term; readonly numbers: string[] }[] = [];
  for (const term of terms) {
    const number = term.columns[column] ?? "";
    const shape = shapeWithout(term, column);
    const group = groups.at(-1);
    if (number !== "" && group?.shape === shape) group.numbers.push(number);
    else groups.push({ shape, first: term, numbers: [number] });
  }
  return groups.map(({ first: { texts, columns }, numbers }) => ({
    texts,
    columns: numbers.length < 2 ? columns : columns.with(column, renderColumn(numbers)),
  }));
}

function shapeWithout({ texts, columns }: Term, column: number): string {
  return texts.map((text, i) => text + (i === column ? "#" : (columns[i] ?? ""))).join("");
}

/** `08`, `09`, `10`, `12` is `[08-10,12]`; a single number stays as it is. */
function renderColumn(numbers: readonly string[]): string {
  const ranges: { readonly first: string; last: string }[] = [];
  for (const number of numbers) {
    const range = ranges.at(-1);
    if (range && isNext(range.last, number)) range.last = number;
    else ranges.push({ first: number, last: number });
  }
  const text = ranges.map(({ first, last }) => (first === last ? first : `${first}-${last}`)).join(",");
  return numbers.length === 1 ? text : `[${text}]`;
}

/** Whether a range may go on from `a` to `b`: one more, and in the same padding. */
function isNext(a: string, b: string): boolean {
  if (Math.max(a.length, b.length) > MAX_RANGE_DIGITS || Number(b) !== Number(a) + 1) return false;
  return a.length === b.length || !(isPadded(a) || isPadded(b));
}
