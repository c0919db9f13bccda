import { type Command, Option } from "commander";
import type { EngineVerb } from "../operations/pulumi-cli";
import type { DeployOptions } from "./deploy-options";
import { collect, collectFolder, noKeepOption, seconds, stackOption } from "./io";

/** First rows come seconds after a start; what is restarted some times before it holds takes longer. */
const WAIT_SECONDS = 120;

const DESCRIPTIONS: Readonly<Record<EngineVerb, string>> = {
  preview: "show what `up` would change; contacts no host unless --refresh is given",
  up: "look at every host, preview, ask, deploy, wait until data arrives",
  refresh: "read what the hosts really have into the state",
  destroy: "remove what was deployed; kept data and images are listed",
};

const EXAMPLES: Readonly<Record<EngineVerb, readonly string[]>> = {
  preview: ["ldms preview -s cygnus", "ldms preview -s cygnus --refresh     and ask the hosts first what there is"],
  up: [
    "ldms up -s cygnus",
    "ldms up -s cygnus --yes --wait 300   does not ask, and waits longer for the data",
    "ldms up -s cygnus --yes --only-failed   once more, where the last one failed or left out hosts",
    "ldms up -s cygnus --yes --expect DIGEST   the plan that `ldms preview` showed, or none",
  ],
  refresh: ["ldms refresh -s cygnus"],
  destroy: ["ldms destroy -s cygnus"],
};

/** The four verbs of an engine; both engines take the same options. */
export function addDeployCommands(program: Command): void {
  for (const verb of ["preview", "up", "refresh", "destroy"] as const) {
    const command = program.command(verb).description(DESCRIPTIONS[verb]).addOption(stackOption());
    addRunOptions(command, verb);
    if (verb === "up" || verb === "preview") command.addOption(onlyFailedOption());
    if (verb === "up") {
      command.option(
        "--expect <digest>",
        "change something only where the plan is the one of that preview: the last line of `ldms preview`",
      );
    }
    command.addHelpText("after", `\nExamples:\n${EXAMPLES[verb].map((line) => `  ${line}`).join("\n")}`);
    command.action(async (options: DeployOptions) => {
      // Loaded for these verbs only: the others can do without the half second that it takes. (`import()` of a TypeScript file passes tsx's
      // CommonJS loader by and finds nothing.)
      const { deploy } = require("./show-run") as typeof import("./show-run");
      process.exitCode = await deploy(verb, options);
    });
  }
}

function onlyFailedOption(): Option {
  const about = "only hosts that the last `up` failed on or left out; all others stay as they are";
  return new Option("--only-failed", about).conflicts(["target", "exclude"]);
}

/** What a run of this verb may be told, whatever it is a run of. */
export function addRunOptions(command: Command, verb: EngineVerb): void {
  command
    .addOption(new Option("--engine <name>", "`pulumi` where it is found, else `embedded`").choices(["pulumi", "embedded"]))
    .option("--target <urn>", "only this resource; may be repeated, * and ** are wild cards", collect, [])
    .option("--exclude <urn>", "all but this resource; may be repeated", collect, [])
    .option("--policy-pack <folder>", "check every resource with this policy pack; may be repeated", collectFolder, [])
    .option("--json", "one line of JSON for each event")
    .option("--take-over", "go on with a state that the other engine wrote; everything is refreshed first");
  if (verb !== "refresh") command.option("--refresh", "ask the hosts first what there is");
  if (verb === "up") {
    const wait = "how long to wait at most until data arrives and no container is in trouble";
    command.option("--wait <seconds>", wait, seconds, WAIT_SECONDS).option("--no-wait", "end when everything is deployed");
  }
  if (verb === "up" || verb === "preview") command.addOption(noKeepOption());
  if (verb === "preview") return;
  command.option("-m, --message <text>", "why, for `ldms history`").option("-y, --yes", "do not ask");
}
