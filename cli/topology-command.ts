import { type Command, Option } from "commander";
import type { SiteTopology } from "../plan/topology/site-topology";
import { renderTopologyMermaid } from "../plan/topology/topology-mermaid";
import { renderTopologySvg } from "../plan/topology/topology-svg";
import { renderTopologyTree } from "../plan/topology/topology-tree";
import { print, printJson, stackOption } from "./io";
import { openSite } from "./stack";

const FORMATS = { text: renderTopologyTree, mermaid: renderTopologyMermaid, svg: renderTopologySvg } as const satisfies Readonly<
  Record<string, (topology: SiteTopology) => string>
>;

interface TopologyOptions {
  readonly stack: string;
  readonly format: keyof typeof FORMATS;
  readonly json?: boolean;
}

export function addTopologyCommand(program: Command): void {
  program
    .command("topology")
    .description("the groups of daemons as a tree or a picture: who pulls whom, and where rows go; contacts no host")
    .addOption(stackOption())
    .addOption(new Option("--format <format>", "what is printed").choices(Object.keys(FORMATS)).default("text"))
    .addOption(new Option("--json", "every group and line as JSON").conflicts("format"))
    .addHelpText("after", "\nExamples:\n  ldms topology -s cygnus\n  ldms topology -s cygnus --format svg > cygnus.svg")
    .action(runTopology);
}

async function runTopology({ stack, format, json }: TopologyOptions): Promise<void> {
  const topology = await (await openSite(stack)).topology();
  if (json) printJson(topology);
  else print(FORMATS[format](topology));
}
