import { type Command, Option } from "commander";
import { isBroken, type SiteTopology } from "../plan/topology/site-topology";
import { renderTopologyMermaid } from "../plan/topology/topology-mermaid";
import { renderTopologySvg } from "../plan/topology/topology-svg";
import { renderTopologyTree } from "../plan/topology/topology-tree";
import { EXIT } from "./exit-codes";
import { abortOnSignal, print, printJson, stackOption, wholeSeconds } from "./io";
import { openSite } from "./stack";

const FORMATS = { text: renderTopologyTree, mermaid: renderTopologyMermaid, svg: renderTopologySvg } as const satisfies Readonly<
  Record<string, (topology: SiteTopology) => string>
>;

interface TopologyOptions {
  readonly stack: string;
  readonly format: keyof typeof FORMATS;
  readonly json?: boolean;
  readonly rates?: number;
}

/** How long counters are watched where nobody says otherwise: ten samples of an interval of 1 s. */
const RATE_SECONDS = 10;

export function addTopologyCommand(program: Command): void {
  program
    .command("topology")
    .description("the groups of daemons as a tree or a picture: who pulls whom, and where rows go")
    .addOption(stackOption())
    .addOption(new Option("--format <format>", "what is printed").choices(Object.keys(FORMATS)).default("text"))
    .addOption(new Option("--json", "every group and line as JSON").conflicts("format"))
    .addOption(
      new Option("--rates [seconds]", "ask the aggregators: who is connected, and what comes and is stored in so many seconds")
        .argParser(wholeSeconds)
        .preset(RATE_SECONDS),
    )
    .addHelpText(
      "after",
      "\nWithout --rates no host is contacted.\n\nExamples:\n  ldms topology -s cygnus\n  ldms topology -s cygnus --rates 60\n  ldms topology -s cygnus --format svg > cygnus.svg",
    )
    .action(runTopology);
}

async function runTopology({ stack, format, json, rates }: TopologyOptions): Promise<void> {
  const site = await openSite(stack);
  const topology = await site.topology(rates === undefined ? {} : { rates: { seconds: rates, signal: abortOnSignal() } });
  if (json) printJson(topology);
  else print(FORMATS[format](topology));
  const isWell = topology.edges.every((edge) => !isBroken(edge)) && (topology.faults ?? []).length === 0;
  process.exitCode = isWell ? EXIT.done : EXIT.failed;
}
