import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Table from "cli-table3";
import { LAB_FOLDER, PROJECT_FOLDER } from "./names";
import { say } from "./progress";
import { runLive } from "./run-live";
import { writeStandinTree } from "./standin/tree";

/** The demo: the lab, the stack `lab` deployed on it by the same commands that a person types, and the proof that data arrives. */
async function demo(): Promise<void> {
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
  await stage("stand-ins of the LDMS binaries", () => writeStandinTree(join(LAB_FOLDER, "ovis")));
  await stage("preview", () => ldms("preview", "-s", "lab"));
  await stage("images and deployment", () => ldms("up", "-s", "lab", "--yes"));
  await stage("wait for data", () => ldms("verify", "-s", "lab", "--wait", "60"));
  await stage("hosts", () => ldms("status", "-s", "lab", "--wait", "60"));
  await stage("addresses", () => ldms("outputs", "-s", "lab"));

  const table = new Table({ head: ["stage", "seconds"], colAligns: ["left", "right"], style: { head: [], border: [] } });
  for (const [name, took] of seconds) table.push([name, took.toFixed(1)]);
  say(table.toString());
  say(`The LDMS binaries in these images are stand-ins (lab/standin); hosts, engines, munge, images and the deployment are real.
To go on:  . .ldms/lab/env   then   npx ldms up -s lab
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
demo().catch((error: Error) => {
  say(error.message);
  process.exitCode = 1;
});
