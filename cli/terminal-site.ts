import { FileRecords } from "../automation/file-records";
import { locateStack } from "../automation/locate-stack";
import { openEngine } from "../automation/open-engine";
import { choosePulumi, type EngineChoice } from "../automation/run-begin";
import { Site } from "../automation/site";
import type { RunningEngine } from "../automation/stack-engine";
import { findProjectFolder } from "../stack/find-project-folder";
import type { StackLocation } from "../stack/open-stack";
import type { DeployOptions } from "./deploy-options";
import { TerminalPulumi } from "./terminal-pulumi";

/** @see openSite */
export async function openTerminalSite(stack: string, run?: DeployOptions): Promise<Site> {
  const program = run && choosePulumi(run.engine);
  const location = await locateStack({ projectFolder: findProjectFolder(process.cwd()), stack });
  return new Site({
    name: program === undefined ? "embedded" : "pulumi",
    location,
    open: () => (run ? openOnTerminal(location, run, program) : openEngine(location, "embedded").open()),
    records: () => new FileRecords(location),
  });
}

/** One whose runs are not shown: what is told of them is somebody else's to tell. */
export async function openQuietSite(stack: string, engine: EngineChoice | undefined): Promise<Site> {
  return new Site(openEngine(await locateStack({ projectFolder: findProjectFolder(process.cwd()), stack }), engine));
}

function openOnTerminal(location: StackLocation, options: DeployOptions, program: string | undefined): RunningEngine {
  if (program !== undefined) return new TerminalPulumi(location, options, program);
  const { TerminalEmbedded } = require("./terminal-embedded") as typeof import("./terminal-embedded");
  return new TerminalEmbedded(location, options);
}
