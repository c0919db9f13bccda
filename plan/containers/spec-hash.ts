import { hash } from "node:crypto";
import { readHostNumber } from "../hosts/component-id";
import type { PlannedContainer } from "../model/container";
import type { PlannedFile } from "../model/file";

/** Stands for the number that the host's name ends in. */
export const HOST_NUMBER = "{number}";
/** Stands for the host's name. */
export const HOST_NAME = "{host}";

/** Variables of an ldmsd that follow from its host's name, and what stands for their values. */
export const HOST_VARIABLES: Readonly<Record<string, typeof HOST_NUMBER | typeof HOST_NAME>> = {
  COMPID: HOST_NUMBER,
  COMPONENT_ID: HOST_NUMBER,
  HOSTNAME: HOST_NAME,
};

/**
 * The environment with values that follow from the host's name written as that: the same for every host of a group, so that one line can start them all.
 * Shape: `{ COMPID: "{number}", HOSTNAME: "{host}" }` on `cygnus-01` where they are 1 and `cygnus-01`.
 */
export function generalizeEnv({ env, host }: Pick<PlannedContainer, "env" | "host">): Readonly<Record<string, string>> {
  const own: Readonly<Record<string, string>> = { [HOST_NUMBER]: String(readHostNumber(host)), [HOST_NAME]: host };
  const generalize = (name: string, value: string) => {
    const general = HOST_VARIABLES[name];
    return general !== undefined && value === own[general] ? general : value;
  };
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, generalize(name, value)]));
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
