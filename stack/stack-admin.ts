import { createHash } from "node:crypto";
import { BadInputError } from "../plan/problems/errors";
import { checkDeployment, parseStateJson } from "./deployment-form";
import type { DeploymentJson, ExportJson, ResourceJson } from "./deployment-json";
import { type EngineName, engineOfDeployment } from "./file-backend";
import { type FoundLock, listLocks } from "./lock-files";
import { openStack, readState, type StackLocation } from "./open-stack";
import type { PropertyMap } from "./property-value";
import { stackOutputs } from "./resource-record";
import { lockStack, removeLocks } from "./stack-lock";
import { parseUrn } from "./urn";

const EXPORT_AGAIN = "import what `ldms export` or `pulumi stack export` printed, unchanged";

/** The state in the form of `pulumi stack export`; secrets stay encrypted. @throws BadInputError for a stack that was never deployed. */
export async function exportStack(location: StackLocation): Promise<ExportJson> {
  const { backend } = await openStack(location);
  const deployment = await backend.read();
  if (deployment === undefined)
    throw BadInputError.of(
      "stack",
      `has no state yet: \`${location.stack}\``,
      "name a stack that was deployed, as `Pulumi.STACK.yaml` does",
    );
  return { version: 3, deployment };
}

/**
 * Puts an exported state in the place of the stack's own, as it stands: who wrote it stays on record.
 * @throws BadInputError for text that is no export, was changed by hand where that breaks it, or is of another stack
 */
export async function importStack(location: StackLocation, text: string): Promise<void> {
  const { backend, project, stack } = await openStack(location);
  const deployment = parseExport(text);
  for (const { urn } of deployment.resources ?? []) {
    const parts = parseUrn(urn);
    if (parts.stack !== stack || parts.project !== project.name)
      throw BadInputError.of(
        "import",
        `is of another stack, \`${parts.project}/${parts.stack}\`: \`${urn}\``,
        "import it where it was exported",
      );
  }
  const lock = await lockStack(backend.lockFolder);
  try {
    await backend.write(deployment);
  } finally {
    await lock.release();
  }
}

/** Changes the state of a stack that was deployed, under its lock. @throws BadInputError where that would break it: nothing is written then */
export async function changeState(location: StackLocation, change: (deployment: DeploymentJson) => DeploymentJson): Promise<void> {
  const { backend } = await openStack(location);
  const lock = await lockStack(backend.lockFolder);
  try {
    const deployment = await backend.read();
    if (deployment !== undefined) await backend.write(checkDeployment("state", change(deployment), "nothing was written"));
  } finally {
    await lock.release();
  }
}

function parseExport(text: string): DeploymentJson {
  const json = parseStateJson("import", text, EXPORT_AGAIN) as Partial<ExportJson> | null;
  if (json?.version !== 3) throw BadInputError.of("import", "is not an export of version 3", EXPORT_AGAIN);
  const deployment = checkDeployment("import", json.deployment, EXPORT_AGAIN);
  const { magic, version } = deployment.manifest;
  // `pulumi` leaves both empty where a stack was emptied by an import.
  if (magic !== "" && magic !== createHash("sha256").update(version).digest("hex"))
    throw BadInputError.of("import", "its `magic` does not fit its `version`", EXPORT_AGAIN);
  return deployment;
}

/** Removes the locks of a stack. Only for when their holders are gone for certain: two runs at once break the state. */
export async function cancelStack(location: StackLocation): Promise<readonly FoundLock[]> {
  const { backend } = await openStack(location);
  return removeLocks(backend.lockFolder);
}

/** What the program exported at the last run, secrets marked. */
export async function readOutputs(location: StackLocation): Promise<PropertyMap> {
  const { deployment, codec } = await readState(await openStack(location));
  return stackOutputs((deployment?.resources ?? []).map((resource) => codec.decode(resource)));
}

/** One run that ended, as Pulumi's own history has it. */
export interface HistoryEntry {
  readonly kind: string;
  readonly result: string;
  /** Seconds since 1970. */
  readonly startTime: number;
  readonly endTime: number;
  readonly resourceChanges?: Readonly<Record<string, number>>;
}

/** The runs of the stack, the newest first. */
export async function readHistory(location: StackLocation): Promise<readonly HistoryEntry[]> {
  const { backend } = await openStack(location);
  return (await backend.history()) as readonly HistoryEntry[];
}

/** Who holds the stack just now. */
export async function findLocks(location: StackLocation): Promise<readonly FoundLock[]> {
  const { backend } = await openStack(location);
  return listLocks(backend.lockFolder);
}

/** The resources of the state as they are written there; none for a stack that was never deployed. */
export async function readStateResources(location: StackLocation): Promise<readonly ResourceJson[]> {
  const { backend } = await openStack(location);
  return (await backend.read())?.resources ?? [];
}

/** Which engine wrote the stack's state; undefined for one without resources. */
export async function findStateWriter(location: StackLocation): Promise<EngineName | undefined> {
  const { backend } = await openStack(location);
  return engineOfDeployment(await backend.read());
}
