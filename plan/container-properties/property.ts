import type { PlannedContainer } from "../model/container";
import type { InspectedContainer, InspectedImage } from "../model/inspected";
import { readText, readTexts } from "../text/read-value";

/** A `docker run` in the words that the shell hands over. */
export interface RunLine {
  /** Values by option, `--env`; a flag's is empty. */
  readonly options: ReadonlyMap<string, readonly string[]>;
  readonly image: string;
  readonly argv: readonly string[];
}

/**
 * One property of a container in each of its forms. The plan is written as a `docker run` and as inputs of docker.Container; both, and what
 * `docker inspect` says of a running one, are read back as the fact that rules judge. What is left out has nothing to write.
 */
export interface ContainerProperty<Fact> {
  readonly ofPlan: (container: PlannedContainer) => Fact;

  /** Options of `docker run` that take a value. */
  readonly options?: readonly string[];
  readonly flag?: string;
  readonly typed?: (container: PlannedContainer) => readonly string[];
  /** Words after the image. */
  readonly arguments?: (container: PlannedContainer) => readonly string[];
  readonly ofTyped: (line: RunLine) => Fact;

  /** By the names of @pulumi/docker. */
  readonly inputs?: (container: PlannedContainer) => Readonly<Record<string, unknown>>;
  /** @param read an input by its name */
  readonly ofInputs: (read: (input: string) => unknown) => Fact;

  /** @param image what it runs, where that is known: what an image brings along is not the container's */
  readonly ofInspected: (container: InspectedContainer, image: InspectedImage | undefined) => Fact;
}

export type FactsOf<Table> = { readonly [Key in keyof Table]: Table[Key] extends ContainerProperty<infer Fact> ? Fact : never };

/** Where the forms of a property have it that are alike for many. */
interface Names {
  readonly option: string;
  /** Absent: the provider has none. */
  readonly input?: string;
  /** In `HostConfig`. */
  readonly inspected: string;
}

/** A single word; none is Docker's default. @param ofPlan absent: a plan never has one */
export function word(
  { option, input, inspected }: Names,
  ofPlan: (container: PlannedContainer) => string | undefined = () => undefined,
): ContainerProperty<string | undefined> {
  return {
    ofPlan,
    options: [option],
    typed: (container) => each(option, ofPlan(container) ?? []),
    ofTyped: (line) => lastOf(line, option),
    inputs: (container) => (input !== undefined && ofPlan(container) !== undefined ? { [input]: ofPlan(container) } : {}),
    ofInputs: (read) => (input === undefined ? undefined : readText(read(input))),
    ofInspected: ({ HostConfig }) => readText(HostConfig[inspected]),
  };
}

export function flag(
  { option, input, inspected }: Required<Names>,
  ofPlan: (container: PlannedContainer) => boolean,
): ContainerProperty<boolean> {
  return {
    ofPlan,
    flag: option,
    typed: (container) => (ofPlan(container) ? [option] : []),
    ofTyped: ({ options }) => options.has(option),
    inputs: (container) => (ofPlan(container) ? { [input]: true } : {}),
    ofInputs: (read) => read(input) === true,
    ofInspected: ({ HostConfig }) => HostConfig[inspected] === true,
  };
}

/** The option before each value. */
export function each(option: string, values: string | readonly string[]): string[] {
  return [values].flat().flatMap((value) => [option, value]);
}

export function allOf({ options }: RunLine, option: string): readonly string[] {
  return options.get(option) ?? [];
}

export function lastOf(line: RunLine, option: string): string | undefined {
  return readText(allOf(line, option).at(-1));
}

/** As an input; a list that is empty is left out, which the provider would read back as not set. */
export function unlessEmpty(input: string, values: readonly unknown[]): Readonly<Record<string, unknown>> {
  return values.length > 0 ? { [input]: values } : {};
}

/** What the image has the container has by itself. */
export function ownWords(ofContainer: unknown, ofImage: unknown): string[] {
  const [own, given] = [readTexts(ofContainer), readTexts(ofImage)];
  return JSON.stringify(own) === JSON.stringify(given) ? [] : own;
}
