import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parse, stringify } from "yaml";
import { type EngineChoice, type EngineEvent, openSite, type RunResult, type Site, type SiteArgs, type SiteRun } from "../../../automation";
import type { DeploymentJson } from "../../../stack/deployment-json";
import type { StackLocation } from "../../../stack/open-stack";
import { parseUrn } from "../../../stack/urn";

const REPOSITORY = resolve(__dirname, "../../..");
const CYGNUS = parse(readFileSync(join(REPOSITORY, "Pulumi.cygnus.yaml"), "utf8")) as {
  readonly config: Readonly<Record<string, unknown>>;
};

export const STACK = "dev";
export const PASSPHRASE = "correct horse";

/**
 * A site whose program makes files instead of containers, so that what there really is can be told from what the state says, without a host. Each
 * thing is a local command that needs the one before it; files beside them make one slow or let it fail, which changes nothing of its inputs.
 */
export class FaultSite {
  readonly folder = mkdtempSync(join(tmpdir(), "ldms-fault-"));
  private names: readonly string[] = [];

  constructor(readonly engine: EngineChoice) {
    for (const name of ["project", "things", "faults", "backend"]) mkdirSync(join(this.folder, name));
    symlinkSync(join(REPOSITORY, "node_modules"), join(this.folder, "node_modules"));
    this.mend();
  }

  get projectFolder(): string {
    return join(this.folder, "project");
  }

  get backendFolder(): string {
    return join(this.folder, "backend");
  }

  get statePath(): string {
    return join(this.backendFolder, ".pulumi/stacks/ldms", `${STACK}.json`);
  }

  get lockFolder(): string {
    return join(this.backendFolder, ".pulumi/locks/organization/ldms", STACK);
  }

  get location(): StackLocation & { readonly backendUrl: string } {
    return { projectFolder: this.projectFolder, stack: STACK, backendUrl: `file://${this.backendFolder}`, passphrase: PASSPHRASE };
  }

  /** Has the program ask for these things. @param more further lines of it */
  program(names: readonly string[], more = ""): void {
    this.names = names;
    writeFileSync(join(this.projectFolder, "index.js"), renderProgram(this.folder, names, more));
  }

  /** The stack file: that of cygnus by the method that has the look at its hosts in the program, which is not run here. */
  configure(changes: Readonly<Record<string, unknown>>): void {
    const config = { ...CYGNUS.config, "ldms:method": "fan-out", ...changes };
    writeFileSync(join(this.projectFolder, `Pulumi.${STACK}.yaml`), stringify({ config }));
  }

  /** Has every file of the project as it should be, and no thing slow or failing. */
  mend(): void {
    writeFileSync(
      join(this.projectFolder, "Pulumi.yaml"),
      "name: ldms\nruntime: { name: nodejs, options: { typescript: false } }\nmain: index.js\n",
    );
    this.configure({});
    this.program(this.names);
    for (const name of readdirSync(join(this.folder, "faults"))) rmSync(join(this.folder, "faults", name));
  }

  /** What the thing's commands run first: `sleep 2`, `exit 3`. */
  fault(name: string, script: string): void {
    writeFileSync(join(this.folder, "faults", name), script);
  }

  /** Has the thing's commands wait, for a minute at most. @returns what lets them go on */
  hold(name: string): () => void {
    const go = join(this.folder, "go");
    this.fault(name, `for i in $(seq 600); do [ ! -e ${go} ] || break; sleep 0.1; done`);
    return () => writeFileSync(go, "");
  }

  open(args: Partial<SiteArgs> = {}): Promise<Site> {
    const { projectFolder: folder, ...where } = this.location;
    return openSite({ ...where, folder, engine: this.engine, ...args });
  }

  async up(): Promise<RunResult> {
    return (await this.open()).up().result;
  }

  /** What there really is. */
  get things(): readonly string[] {
    return readdirSync(join(this.folder, "things")).sort();
  }

  get deployment(): DeploymentJson | undefined {
    if (!existsSync(this.statePath)) return undefined;
    return (JSON.parse(readFileSync(this.statePath, "utf8")) as { checkpoint: { latest: DeploymentJson } }).checkpoint.latest;
  }

  /** What the state says that there is. */
  get recorded(): readonly string[] {
    const commands = (this.deployment?.resources ?? []).filter(({ type }) => type === "command:local:Command");
    return commands.map(({ urn }) => parseUrn(urn).name).sort();
  }

  /** What the state says to be under way. */
  get pending(): readonly string[] {
    return (this.deployment?.pending_operations ?? []).map(({ type, resource }) => `${type} ${parseUrn(resource.urn).name}`);
  }

  get locks(): readonly string[] {
    return existsSync(this.lockFolder) ? readdirSync(this.lockFolder) : [];
  }

  /** Process id of the lock's holder. */
  get lockedBy(): number {
    const name = this.locks.find((file) => file.endsWith(".json")) ?? "";
    return (JSON.parse(readFileSync(join(this.lockFolder, name), "utf8")) as { readonly pid: number }).pid;
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

/** Fulfilled when the thing's step is under way; rejects where the run ends before. */
export async function untilStep(run: SiteRun, name: string): Promise<void> {
  await untilEvent(run, ({ resourcePreEvent }) => resourcePreEvent?.metadata.urn.endsWith(`::${name}`) === true);
}

export async function untilEvent(run: SiteRun, is: (event: EngineEvent) => boolean): Promise<void> {
  for await (const event of run) if (is(event)) return;
  await run.result;
  throw new Error("the run ended before what was waited for");
}

function renderProgram(folder: string, names: readonly string[], more: string): string {
  return `const { local } = require("@pulumi/command");
let before = [];
const thing = (name) => {
  const fault = \`[ ! -e ${folder}/faults/\${name} ] || . ${folder}/faults/\${name}; \`;
  const path = \`${folder}/things/\${name}\`;
  const scripts = { create: \`\${fault}touch \${path}\`, delete: \`\${fault}rm -f \${path}\` };
  const made = new local.Command(name, { ...scripts, addPreviousOutputInEnv: false }, { dependsOn: before });
  before = [made];
  return made;
};
${names.map((name) => `const ${name} = thing("${name}");`).join("\n")}
${more}
module.exports = {};
`;
}

/** A policy pack of one mandatory policy, `nothing-new`. @param body of its `validateResource` @returns its folder */
export function writePack({ folder }: FaultSite, body: string): string {
  const pack = join(folder, "pack");
  mkdirSync(pack, { recursive: true });
  writeFileSync(join(pack, "PulumiPolicy.yaml"), "runtime: nodejs\nmain: index.js\n");
  writeFileSync(join(pack, "package.json"), '{ "name": "pack", "version": "0.0.1", "main": "index.js" }');
  writeFileSync(
    join(pack, "index.js"),
    `const { PolicyPack } = require("@pulumi/policy");
new PolicyPack("pack", { policies: [{ name: "nothing-new", description: "d", enforcementLevel: "mandatory",
  validateResource: (args, report) => { ${body} } }] });`,
  );
  return pack;
}
