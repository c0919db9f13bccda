import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { docker, dockerLines } from "./docker-cli";
import { LAB_FILES, LAB_LABEL, LabError, PROJECT_FOLDER } from "./names";

/** Of a container: the hash of the arguments that made it. */
const SPEC_LABEL = "ldms.lab.spec";
/** Of a container: the project's folder whose keys it knows. */
const FOLDER_LABEL = "ldms.lab.folder";

/** `running`, `paused`, `exited`, `created` ...; as `docker ps` says. */
type ContainerState = string;

interface FoundContainer {
  readonly state: ContainerState;
  readonly spec: string;
  readonly folder: string;
}

export type FoundContainers = ReadonlyMap<string, FoundContainer>;

/** What became of a container: `booted` was there and has been started, `made` is a new one. */
export type ContainerChange = "none" | "booted" | "made";

export interface WantedContainer {
  readonly name: string;
  /** @param labels what this module marks it with */
  readonly createArgs: (labels: readonly string[]) => readonly string[];
  /** Runs between `docker create` and `docker start`. */
  readonly prepare: () => Promise<void>;
  /** Hashed with the arguments: `ldms.lab.id` of the keys that `prepare` delivers. */
  readonly identity: string;
}

/** The lab's containers on this engine, by name. */
export async function findContainers(): Promise<FoundContainers> {
  const format = `{{.Names}}\t{{.State}}\t{{.Label "${SPEC_LABEL}"}}\t{{.Label "${FOLDER_LABEL}"}}`;
  const lines = await dockerLines(["ps", "--all", "--filter", `label=${LAB_LABEL}`, "--format", format]);
  return new Map(
    lines.map((line) => {
      const [name = "", state = "", spec = "", folder = ""] = line.split("\t");
      return [name, { state, spec, folder }];
    }),
  );
}

/**
 * Two folders cannot have a lab at once: the addresses are the same, and taking over would lock the other one out.
 * @throws LabError when the lab of a folder that still has its keys runs
 */
export function refuseForeignLab(found: FoundContainers): void {
  const own = readIfPresent(LAB_FILES.id);
  const idFile = relative(PROJECT_FOLDER, LAB_FILES.id);
  // Worktrees that were given one lab's keys share that lab.
  const isForeign = (folder: string) => folder !== "" && ![undefined, own].includes(readIfPresent(join(folder, idFile)));
  // One that a restart of the machine ended is nobody's any more.
  const foreign = [...found.values()].find(({ folder, state }) => state !== "exited" && isForeign(folder));
  if (!foreign) return;
  throw new LabError(
    "lab",
    `another folder's lab runs on this machine: ${foreign.folder}`,
    "`npm run lab:down`, here or there, removes it",
  );
}

function readIfPresent(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

/** Has the container made from exactly these arguments, and running. */
export async function ensureContainer(wanted: WantedContainer, found: FoundContainer | undefined): Promise<ContainerChange> {
  const spec = createHash("sha256")
    .update(JSON.stringify([wanted.identity, wanted.createArgs([])]))
    .digest("hex")
    .slice(0, 16);
  // "created": an earlier run ended before it was prepared.
  if (found && (found.spec !== spec || found.state === "created")) await docker(["rm", "--force", "--volumes", wanted.name]);
  else if (found?.state === "running") return "none";
  else if (found) {
    await docker([found.state === "paused" ? "unpause" : "start", wanted.name]);
    return "booted";
  }
  await docker(wanted.createArgs([`${SPEC_LABEL}=${spec}`, `${FOLDER_LABEL}=${PROJECT_FOLDER}`]));
  await wanted.prepare();
  await docker(["start", wanted.name]);
  return "made";
}
