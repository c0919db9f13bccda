import { diffTexts } from "../../plan/deployed/differences";
import { foldHosts } from "../../plan/hostlist/fold";
import { groupBy } from "../../plan/text/group-by";
import { showControls } from "../../plan/text/text";
import { textOf, textOfAny } from "../reach/fold-by-text";
import type { Gathered, GatheredReport } from "./gather";

export interface FoldArgs {
  /** The most frequent output whole, of the others what differs from it. */
  readonly isDiff?: boolean;
  /** Makes a host's output fit to be shown. */
  readonly show: (output: string) => string;
}

const RULE = "---------------";

/**
 * As `clush -b` has it: hosts with one output and one end are one block, the largest block first; hosts without output are a line,
 * and so are those that did not come to an end.
 */
export function foldGathered({ results }: GatheredReport, { isDiff = false, show }: FoldArgs): string[] {
  const areMixed = new Set(results.map(({ container }) => container)).size > 1;
  const blocks = [...groupBy(results, (one) => JSON.stringify([one.output, one.exitCode, anyFailure(one)])).values()];
  blocks.sort((a, b) => b.length - a.length);
  const [spoken, silent] = [blocks.filter(([one]) => one!.output !== ""), blocks.filter(([one]) => one!.output === "")];
  const majority = spoken[0]?.[0]?.output ?? "";
  return [
    ...spoken.flatMap((block, i) => {
      const { output, isCut } = block[0]!;
      const body = isDiff && i > 0 ? differences(majority, output) : output;
      return [RULE, head(block, areMixed), RULE, show(body), ...(isCut ? ["… cut here"] : [])];
    }),
    ...silent.map((block) => `${places(block, areMixed)}: ${end(block) ?? "no output"}`),
  ];
}

/** `cygnus-[01-03] (3): exit code 1` */
function head(block: readonly Gathered[], areMixed: boolean): string {
  const how = end(block);
  return `${places(block, areMixed)} (${block.length})${how === undefined ? "" : `: ${how}`}`;
}

function anyFailure({ host, failure }: Pick<Gathered, "host" | "failure">): string | undefined {
  return failure === undefined ? undefined : textOfAny({ host, text: failure });
}

function places(block: readonly Gathered[], areMixed: boolean): string {
  const hostsOf = (some: readonly Gathered[]) => foldHosts(some.map(({ host }) => host));
  if (!areMixed) return hostsOf(block);
  const byContainer = groupBy(block, ({ container = "" }) => container);
  return [...byContainer].map(([container, some]) => `${hostsOf(some)}:${container}`).join(", ");
}

function end(block: readonly Gathered[]): string | undefined {
  const { exitCode, ...first } = block[0]!;
  const failure = anyFailure(first);
  if (failure !== undefined) return showControls(textOf(failure, [...new Set(block.map(({ host }) => host))]));
  return exitCode === 0 || exitCode === undefined ? undefined : `exit code ${exitCode}`;
}

function differences(majority: string, other: string): string {
  const { text, notes } = diffTexts(`${majority}\n`, `${other}\n`);
  return text === "" && notes.length === 0 ? "the same output" : [text, ...notes].filter(Boolean).join("\n");
}
