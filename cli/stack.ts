import type { EngineChoice } from "../automation/run-begin";
import type { Site } from "../automation/site";
import type { DeployOptions } from "./deploy-options";

/** The stack of that name of the project that we are in. @param run for one that runs an engine on this terminal */
export async function openSite(stack: string, run?: DeployOptions): Promise<Site> {
  // Every verb stands on it and `--help` does not: it loads most of the program.
  const { openTerminalSite } = require("./terminal-site") as typeof import("./terminal-site");
  return openTerminalSite(stack, run);
}

/** The same with an engine whose runs are not shown. */
export async function openQuietSite(stack: string, engine: EngineChoice | undefined): Promise<Site> {
  const terminal = require("./terminal-site") as typeof import("./terminal-site");
  return terminal.openQuietSite(stack, engine);
}
