import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { access, readdir, readFile, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { BadInputError } from "../plan/problems/errors";
import { decodeText } from "../plan/text/text";
import { copyAtomically, removeLeftovers, writeFileAtomically } from "./atomic-file";
import { checkDeployment, parseStateJson } from "./deployment-form";
import type { CheckpointJson, DeploymentJson, ManifestJson } from "./deployment-json";
import { EngineError, StateWriteError } from "./engine-error";

/** What this engine writes as the manifest's version: how the other engine is told apart. */
export const EMBEDDED_VERSION = "v3.248.0+ldms-embedded";

export type EngineName = "embedded" | "pulumi";

/** Who wrote a state last; undefined for one without resources, which anybody may take. */
export function engineOfDeployment(deployment: DeploymentJson | undefined): EngineName | undefined {
  if (deployment === undefined || ((deployment.resources ?? []).length === 0 && (deployment.pending_operations ?? []).length === 0))
    return undefined;
  return deployment.manifest.version === EMBEDDED_VERSION ? "embedded" : "pulumi";
}

export function makeManifest(time: Date): ManifestJson {
  return { time: time.toISOString(), magic: createHash("sha256").update(EMBEDDED_VERSION).digest("hex"), version: EMBEDDED_VERSION };
}

/** Pulumi's own file backend for one stack: `DIR/.pulumi/{meta.yaml,stacks,locks,history}`. */
export class FileBackend {
  readonly stackPath: string;
  readonly lockFolder: string;
  readonly historyFolder: string;
  private isPrepared = false;
  private bytes: Uint8Array | string | undefined;

  private constructor(
    private readonly root: string,
    project: string,
    private readonly stack: string,
    private readonly qualifiedStack: string,
  ) {
    this.stackPath = join(root, "stacks", project, `${stack}.json`);
    this.lockFolder = join(root, "locks", "organization", project, stack);
    this.historyFolder = join(root, "history", project, stack);
  }

  /**
   * @param url `file://DIR`; `file://~` is the home folder, a relative DIR is one of the project's folder.
   * @throws BadInputError for another kind of backend
   */
  static open(url: string, projectFolder: string, project: string, stack: string): FileBackend {
    if (!url.startsWith("file://")) {
      const help = "use a `file://FOLDER` backend, or the `pulumi` command";
      throw BadInputError.of("backend", `the embedded engine keeps its state in files only: \`${url}\``, help);
    }
    if (!/^(?!\.+$)[A-Za-z0-9_.-]+$/.test(stack))
      throw BadInputError.of("stack", `is not a stack's name: \`${stack}\``, "letters, digits, `_`, `.` and `-`");
    const path = url.slice("file://".length).replace(/^~(?=\/|$)/, homedir());
    return new FileBackend(join(resolve(projectFolder, path), ".pulumi"), project, stack, `organization/${project}/${stack}`);
  }

  /** SHA-256 of the stack's file as it was last read or written here; undefined where neither has been, or there is none. */
  get digest(): string | undefined {
    return this.bytes === undefined ? undefined : createHash("sha256").update(this.bytes).digest("hex");
  }

  /** Undefined for a stack that was never deployed. @throws BadInputError for a file that is no state of version 3. */
  async read(): Promise<DeploymentJson | undefined> {
    await this.checkMeta();
    for (const suffix of [".gz", ".zst"]) {
      if (await exists(this.stackPath + suffix))
        throw BadInputError.of(
          "state",
          `is compressed: \`${this.stackPath}${suffix}\``,
          "export it with `pulumi stack export` and import that",
        );
    }
    const bytes = await readFile(this.stackPath).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === "ENOENT") return undefined;
      throw new EngineError(`state: cannot be read: \`${this.stackPath}\` (${cause.code})`, { cause });
    });
    this.bytes = bytes;
    return bytes === undefined ? undefined : this.parse(bytes);
  }

  /** Replaces the stack's file in one step; the one before stays beside it as `.bak`. */
  async write(deployment: DeploymentJson): Promise<void> {
    try {
      await this.replace(deployment);
    } catch (cause) {
      throw StateWriteError.of(this.stackPath, cause);
    }
  }

  private async replace(deployment: DeploymentJson): Promise<void> {
    await this.prepare();
    const checkpoint: CheckpointJson = { version: 3, checkpoint: { stack: this.qualifiedStack, latest: deployment } };
    if (await exists(this.stackPath)) {
      await copyAtomically(this.stackPath, `${this.stackPath}.bak`);
    }
    const text = `${JSON.stringify(checkpoint, null, 4)}\n`;
    await writeFileAtomically(this.stackPath, text);
    this.bytes = text;
  }

  /** @throws StateWriteError where no state or lock can be written; creates nothing */
  async assertWritable(): Promise<void> {
    for (const folder of [dirname(this.stackPath), this.lockFolder]) {
      const there = await nearestThere(folder);
      await access(`${there}/.`, constants.W_OK | constants.X_OK).catch((cause: unknown) => {
        throw StateWriteError.of(there, cause, false);
      });
    }
  }

  /** Removes the stack's file, its backup and its history: what `pulumi stack rm` does. */
  async remove(): Promise<void> {
    for (const path of [this.stackPath, `${this.stackPath}.bak`, this.historyFolder]) await rm(path, { recursive: true, force: true });
  }

  /** What finished runs did, the newest first. */
  async history(): Promise<readonly unknown[]> {
    const files = await readdir(this.historyFolder).catch((): string[] => []);
    const names = files.filter((name) => name.endsWith(".history.json")).sort();
    const paths = names.reverse().map((name) => join(this.historyFolder, name));
    const texts = await Promise.all(paths.map((path) => readFile(path, "utf8")));
    return texts.map((text, index) => parseStateJson(`history: \`${paths[index]}\``, text, "remove this file"));
  }

  /** Keeps what one finished run did: `STACK-NANOSECONDS.history.json` and the state as it then was. */
  async addHistory(update: object): Promise<void> {
    const path = join(this.historyFolder, `${this.stack}-${Date.now()}000000`);
    await writeFileAtomically(`${path}.history.json`, `${JSON.stringify(update, null, 4)}\n`);
    if (await exists(this.stackPath)) await copyAtomically(this.stackPath, `${path}.checkpoint.json`);
  }

  private parse(bytes: Uint8Array): DeploymentJson {
    const where = `state: \`${this.stackPath}\``;
    const help = `the state before the last write is \`${this.stackPath}.bak\``;
    const text = decodeText(bytes);
    if (text === undefined) throw BadInputError.of(where, "is not UTF-8 text", help);
    const json = parseStateJson(where, text, help) as Partial<CheckpointJson> | null;
    if (json?.version !== 3 || typeof json.checkpoint !== "object" || json.checkpoint === null)
      throw BadInputError.of(where, "is not of version 3", help);
    return checkDeployment(where, json.checkpoint.latest ?? { manifest: makeManifest(new Date(0)) }, help);
  }

  private async checkMeta(): Promise<void> {
    const path = join(this.root, "meta.yaml");
    const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === "ENOENT") return "version: 1\n";
      throw new EngineError(`state: cannot be read: \`${path}\` (${cause.code})\nhelp: let it be a file that you can read`, { cause });
    });
    if (!/^version:\s*1\s*$/m.test(text))
      throw BadInputError.of("state", `\`${path}\` names a layout that the embedded engine does not know`, "use `pulumi`");
  }

  private async prepare(): Promise<void> {
    if (this.isPrepared) return;
    const meta = join(this.root, "meta.yaml");
    if (!(await exists(meta))) await writeFileAtomically(meta, "version: 1\n");
    // Who writes holds the lock.
    await Promise.all([this.stackPath, `${this.stackPath}.bak`].map(removeLeftovers));
    this.isPrepared = true;
  }
}

/** The folder itself, or the next one above it that is there. */
async function nearestThere(folder: string): Promise<string> {
  return folder === dirname(folder) || (await exists(folder)) ? folder : nearestThere(dirname(folder));
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
