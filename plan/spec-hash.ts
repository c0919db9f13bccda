import { hash } from "node:crypto";
import { readHostNumber } from "./component-id";
import type { PlannedContainer, PlannedFile } from "./deployment-plan";

/** Environment variables that hold the component id. */
export const COMPONENT_ID_VARIABLES = ["COMPID", "COMPONENT_ID"] as const;

/** Stands for the number that the host's name ends in. */
export const HOST_NUMBER = "{number}";

/**
 * The environment with values that follow from the host's name written as that: the same for every host of a group, so that one line can start them all.
 * Shape: `{ COMPID: "{number}" }` on `cygnus-01` where it is 1.
 */
export function generalizeEnv(container: Pick<PlannedContainer, "env" | "host">): Readonly<Record<string, string>> {
  const number = readHostNumber(container.host);
  const isOwnNumber = (name: string, value: string) =>
    COMPONENT_ID_VARIABLES.some((variable) => variable === name) && number !== undefined && value === String(number);
  return Object.fromEntries(Object.entries(container.env).map(([name, value]) => [name, isOwnNumber(name, value) ? HOST_NUMBER : value]));
}

/**
 * Hash of all that makes a container on its host, the content of its mounted files included (but of what a
 * running container takes up) and its image left out (that is compared by id).
 * Containers that differ by nothing but the number in their host's name have the same.
 *
 * @param files the files that it mounts
 */
export function hashSpec(
  container: Omit<PlannedContainer, "labels">,
  files: readonly PlannedFile[],
  fixedLabels: Readonly<Record<string, string>>,
): string {
  const { host, image, ...rest } = container;
  const mounted = files.map(({ path, mode, uid, gid, fingerprint, isTakenUpRunning }) => [
    path,
    mode,
    uid,
    gid,
    isTakenUpRunning ? "" : fingerprint,
  ]);
  const spec = { ...rest, env: generalizeEnv(container), labels: fixedLabels, mounted };
  // Sorted, so that the order in which the code puts a container together is no part of it.
  const entries = Object.entries(spec).sort(([a], [b]) => (a < b ? -1 : 1));
  return hash("sha256", JSON.stringify(entries)).slice(0, 32);
}
