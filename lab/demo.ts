import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Table from "cli-table3";
import { Command } from "commander";
import { type Binaries, hasOwnSources, parseBinaries, prepareStack } from "./demo-stack";
import { LAB_FOLDER, PROJECT_FOLDER } from "./names";
import { say } from "./progress";
import { runLive } from "./run-live";

const STANDINS_NOTE = "The LDMS binaries in these images are stand-ins (lab/standin)";

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

  await stage("eight simulated hosts and a registry", () => runLive(["npx", "tsx", "lab/lab-up.ts"], environment));
  let stack = "";
  await stage("stand-ins of the LDMS binaries", async () => {
    stack = await prepareStack(binaries, process.env);
  });
  await stage("preview", () => ldms("preview", "-s", stack));
  if (binaries === "build") await stage("images from source", () => ldms("images", "build", "-s", stack));
  await stage(binaries === "build" ? "deployment" : "images and deployment", () => ldms("up", "-s", stack, "--yes", "--no-wait"));
  await stage("wait for data", () => ldms("verify", "-s", stack, "--wait", "60"));
  await stage("hosts", () => ldms("status", "-s", stack, "--wait", "60"));
  await stage("addresses", () => ldms("outputs", "-s", stack));

  const table = new Table({ head: ["stage", "seconds"], colAligns: ["left", "right"], style: { head: [], border: [] } });
  for (const [name, took] of seconds) table.push([name, took.toFixed(1)]);
  say(table.toString());
  const what = binaries === "build" && hasOwnSources(process.env) ? "The LDMS binaries are those of the sources named" : STANDINS_NOTE;
  say(`${what}; hosts, engines, munge, images and the deployment are real.
To go on:  . .ldms/lab/env   then   npx ldms up -s ${stack}
To remove: npm run demo:down`);
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
  .option("--ovis <how>", "the binaries: `stand-ins` as they are, or `build`: from source in ldms-dev", parseBinaries, "stand-ins")
  .addHelpText(
    "after",
    "\nWith --ovis build the sources are OVIS_REPO, OVIS_BRANCH, SOS_REPO and so on, as in upstream's config.sh: a git URL or a folder;\nan empty one leaves its part out. With none of them set, they are repositories of stand-ins.",
  )
  .action(({ ovis }: { readonly ovis: Binaries }) => demo(ovis))
  .parseAsync()
  .catch((error: Error) => {
    say(error.message);
    process.exitCode = 1;
  });
