import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Table from "cli-table3";
import { Command } from "commander";
import { planSteps } from "../plan/builds/build-steps";
import { fetchSources } from "./demo-sources";
import { type Binaries, BUILD_STACK, BUILD_STACK_FILE, makeBuildStack, parseBinaries } from "./demo-stack";
import { sayVersions } from "./demo-versions";
import { LAB_FOLDER, PROJECT_FOLDER } from "./names";
import { say } from "./progress";
import { ProgramFailed, runLive } from "./run-live";
import { writeStandinTree } from "./standin/tree";

const LAST_WORDS: Readonly<Record<Binaries, readonly string[]>> = {
  "stand-ins": [
    "The hosts, their engines, munge, the images and the deployment are real.",
    "LDMS is not: ldmsd, its plugins, ldms_ls, ldmsd_controller, SOS with dsosd, maestro, the UI and Grafana are stand-ins (lab/standin).",
    "With upstream's, built from their sources:  npm run demo:down && npm run demo -- --ovis build",
  ],
  build: [
    "ldmsd, its plugins, SOS with dsosd, maestro, the UI and Grafana's data source were built from the sources named above.",
    "Grafana itself is a stand-in. The hosts are simulated; their engines, munge, the images and the deployment are real.",
  ],
};

/** The demo: the lab, a stack deployed on it by the same commands that a person types, and the proof that data arrives. */
async function demo(binaries: Binaries): Promise<void> {
  const environment = writeEnvironment();
  const seconds: [string, number][] = [];
  const stage = async (name: string, work: () => Promise<void> | void) => {
    const began = Date.now();
    say(`==> ${name}`);
    await work();
    seconds.push([name, (Date.now() - began) / 1000]);
  };
  const ldms = (...args: string[]) => runLive([process.execPath, "bin/ldms.js", ...args], environment);

  const isBuild = binaries === "build";
  const stack = isBuild ? BUILD_STACK : "lab";
  // Before the lab: without its sources nothing is installed, started or built.
  await (isBuild ? stage("upstream's sources", prepareSources) : stage("stand-ins of the LDMS binaries", prepareStandins));
  await stage("this machine", () => runLive(["bash", "lab/setup.sh"], environment));
  await stage("eight simulated hosts and a registry", () => runLive(["npx", "tsx", "lab/lab-up.ts"], environment));
  await stage("preview", () => ldms("preview", "-s", stack));
  if (isBuild) await stage("images from source", () => ldms("images", "build", "-s", stack));
  await stage(isBuild ? "deployment" : "images and deployment", () => ldms("up", "-s", stack, "--yes", "--no-wait"));
  await stage("wait for data", () => ldms("verify", "-s", stack, "--wait", "60"));
  await stage("hosts", () => ldms("status", "-s", stack, "--wait", "60"));
  await stage("which ldmsd", () => sayVersions(binaries));
  await stage("addresses", () => ldms("outputs", "-s", stack));

  const table = new Table({ head: ["stage", "seconds"], colAligns: ["left", "right"], style: { head: [], border: [] } });
  for (const [name, took] of seconds) table.push([name, took.toFixed(1)]);
  say(table.toString());
  for (const line of LAST_WORDS[binaries]) say(line);
  say(`To go on:  . .ldms/lab/env   then   npx ldms up -s ${stack}`);
  say("To remove: npm run demo:down");
}

function prepareStandins(): void {
  writeStandinTree(join(LAB_FOLDER, "ovis"));
}

async function prepareSources(): Promise<void> {
  const { text, config } = makeBuildStack(process.env);
  await fetchSources(planSteps(config), PROJECT_FOLDER);
  writeFileSync(BUILD_STACK_FILE, text);
}

/** Where the lab's state and passphrase are, for this run and, as `.ldms/lab/env`, for a shell. */
function writeEnvironment(): Readonly<Record<string, string>> {
  const state = join(LAB_FOLDER, "state");
  mkdirSync(state, { recursive: true });
  const environment = { PULUMI_BACKEND_URL: `file://${state}`, PULUMI_CONFIG_PASSPHRASE_FILE: join(LAB_FOLDER, "passphrase") };
  const lines = Object.entries(environment).map(([name, value]) => `export ${name}='${value}'\n`);
  writeFileSync(join(LAB_FOLDER, "env"), lines.join(""));
  return environment;
}

process.chdir(PROJECT_FOLDER);
new Command("demo")
  .description("Has the lab up, deploys LDMS on it and waits for data.")
  .option("--ovis <how>", "LDMS: `stand-ins`, or `build`: upstream's, from source", parseBinaries, "stand-ins")
  .addHelpText(
    "after",
    `
With --ovis build the sources are upstream's, fetched by git. OVIS_REPO, SOS_REPO, MAESTRO_REPO, NUMSOS_REPO, SOSDBUI_REPO,
SOSDBGRAFANA_REPO and DSOSDS_REPO name a mirror or a folder instead; OVIS_BRANCH and so on name a branch, a tag or a full commit of it.
An empty SOSDBUI_REPO leaves out the UI, an empty DSOSDS_REPO leaves out Grafana.`,
  )
  .action(({ ovis }: { readonly ovis: Binaries }) => demo(ovis))
  .parseAsync()
  .catch((error: Error) => {
    say(error.message);
    process.exitCode = error instanceof ProgramFailed ? error.code : 1;
  });
