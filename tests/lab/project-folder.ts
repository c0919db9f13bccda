import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { LAB_FILES, PROJECT_FOLDER } from "../../lab/names";
import { copyProject } from "../../lab/project-copy";
import { writeStandinTree } from "../../lab/standin/tree";

/** By full key: `{ "ldms:munge": { mode: "none" } }`; `undefined` takes a key out. */
export type StackChanges = Readonly<Record<string, unknown>>;

interface StackFileYaml {
  readonly config: Readonly<Record<string, unknown>>;
  readonly encryptionsalt?: string;
}

/**
 * A copy of the project below the system's temporary folder, with stack files, state, build contexts and binaries of its own: a test leaves
 * nothing in the checkout, and a change there does not reach a running test.
 */
export class ProjectFolder {
  readonly path = mkdtempSync(join(tmpdir(), "ldms-lab-test-"));

  /** @param fill puts the program there */
  constructor(fill: (path: string) => void = copyProject) {
    fill(this.path);
    const lab = join(this.path, ".ldms/lab");
    mkdirSync(lab, { recursive: true });
    mkdirSync(this.stateFolder);
    for (const file of ["id_ed25519", "known_hosts"]) symlinkSync(join(PROJECT_FOLDER, ".ldms/lab", file), join(lab, file));
    writeStandinTree(join(lab, "ovis"));
  }

  get stateFolder(): string {
    return join(this.path, "state");
  }

  /** What both engines take the state's place and its passphrase from; nothing else of the caller's that could lead elsewhere. */
  get environment(): Readonly<Record<string, string>> {
    const inherited = ["PATH", "HOME", "TMPDIR", "DOCKER_HOST", "LANG"].flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value] as const];
    });
    return {
      ...Object.fromEntries(inherited),
      PULUMI_BACKEND_URL: `file://${this.stateFolder}`,
      PULUMI_CONFIG_PASSPHRASE_FILE: LAB_FILES.passphrase,
      PULUMI_SKIP_UPDATE_CHECK: "true",
    };
  }

  /** Writes `Pulumi.STACK.yaml`: the lab's with some keys changed. The salt of an earlier writing stays, for secrets in the state are under it. */
  writeStackFile(stack: string, changes: StackChanges): void {
    const { config } = readYaml(join(PROJECT_FOLDER, "Pulumi.lab.yaml"));
    const merged = Object.entries({ ...config, ...changes }).filter(([, value]) => value !== undefined);
    const { encryptionsalt } = this.readOwn(stack);
    writeFileSync(this.stackFile(stack), stringify({ config: Object.fromEntries(merged), ...(encryptionsalt && { encryptionsalt }) }));
  }

  stackFile(stack: string): string {
    return join(this.path, `Pulumi.${stack}.yaml`);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }

  private readOwn(stack: string): Partial<StackFileYaml> {
    try {
      return readYaml(this.stackFile(stack));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      return {};
    }
  }
}

function readYaml(path: string): StackFileYaml {
  return parse(readFileSync(path, "utf8")) as StackFileYaml;
}
