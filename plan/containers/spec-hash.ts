import { hash } from "node:crypto";
import { readHostNumber } from "../hosts/component-id";
import type { ContainerPlace, PlannedContainer } from "../model/container";
import type { PlannedFile } from "../model/file";
import type { ContainerUnit } from "./container-unit";

/** The label that has a container's hash. */
export const SPEC_LABEL = "ldms.spec";

/** Stands for the component id of the host: the number that its name ends in, unless the stack file says another one. */
export const HOST_NUMBER = "{number}";
/** Stands for the host's name. */
export const HOST_NAME = "{host}";

/** Variables of an ldmsd that its host alone makes differ, and what stands for their values. */
export const HOST_VARIABLES: Readonly<Record<string, typeof HOST_NUMBER | typeof HOST_NAME>> = {
  COMPID: HOST_NUMBER,
  COMPONENT_ID: HOST_NUMBER,
  HOSTNAME: HOST_NAME,
};

/**
 * The environment with values that are the host's written as that: the same for every host of a group, so that one line can start them all.
 * Shape: `{ COMPID: "{number}", HOSTNAME: "{host}" }` on `cygnus-01`, whatever its component id is.
 */
function generalizeEnv(container: ContainerPlace): Readonly<Record<string, string>> {
  const own: Readonly<Record<string, string | undefined>> = { [HOST_NUMBER]: readId(container), [HOST_NAME]: container.host };
  const generalize = (name: string, value: string) => {
    const general = HOST_VARIABLES[name];
    return general !== undefined && value === own[general] ? general : value;
  };
  return Object.fromEntries(Object.entries(container.env).map(([name, value]) => [name, generalize(name, value)]));
}

/** Of an ldmsd, which is told it by both names. */
function readId({ env }: Pick<PlannedContainer, "env">): string | undefined {
  const id = env["COMPID"];
  return id === env["COMPONENT_ID"] && /^(0|[1-9][0-9]*)$/.test(id ?? "") ? id : undefined;
}

/** The component id of an ldmsd whose host's name ends in another number, or in none: it is data of the host, as its address is. */
export function readOwnId(container: ContainerPlace): string | undefined {
  const id = readId(container);
  return id === String(readHostNumber(container.host)) ? undefined : id;
}

/** That of a host, of which its ldmsds are all told. */
export function findOwnId(containers: readonly ContainerPlace[]): string | undefined {
  return containers.map(readOwnId).find((id) => id !== undefined);
}

/** A container's hash without the host's own id. */
export function generalSpec({ labels }: Pick<PlannedContainer, "labels">): string {
  return labels[SPEC_LABEL]!.split("-", 1)[0]!;
}

/** The container as it is on every host of its group. */
export function generalizeContainer(container: PlannedContainer): PlannedContainer {
  return { ...container, env: generalizeEnv(container), labels: { ...container.labels, [SPEC_LABEL]: generalSpec(container) } };
}

/** Whether it is told its host's id, and so has it behind its hash where it is one of its own. @param container a general one */
export function isToldItsId({ env }: Pick<PlannedContainer, "env">): boolean {
  return env["COMPID"] === HOST_NUMBER;
}

/**
 * Hash of all that makes a container on each of its hosts, the content of its mounted files included (but of what a
 * running container takes up) and its image left out (that is compared by id).
 * Containers that differ by nothing but the number in their host's name have the same. A component id that is not this number stands behind it,
 * `9f86d081884c7d659a2feaa0c55ad015-2201`, so that a script with the one hash can tell every host's.
 *
 * @param files the files that it mounts
 */
export function hashSpecs(
  { image, ...rest }: ContainerUnit["container"],
  files: readonly PlannedFile[],
  fixedLabels: Readonly<Record<string, string>>,
): (place: ContainerPlace) => string {
  const mounted = files.map(({ path, mode, uid, gid, fingerprint, isTakenUpRunning }) => [
    path,
    mode,
    uid,
    gid,
    isTakenUpRunning ? "" : fingerprint,
  ]);
  const general = (env: ContainerPlace["env"]) => {
    const spec = { ...rest, env, labels: fixedLabels, mounted };
    // Sorted, so that the order in which the code puts a container together is no part of it.
    const entries = Object.entries(spec).sort(([a], [b]) => (a < b ? -1 : 1));
    return hash("sha256", JSON.stringify(entries)).slice(0, 32);
  };
  // The hosts of a group have one environment but for what is the host's.
  const known = new Map<string, string>();
  return (place) => {
    const env = generalizeEnv(place);
    const key = JSON.stringify(env);
    const spec = known.get(key) ?? general(env);
    known.set(key, spec);
    const own = readOwnId(place);
    return own === undefined ? spec : `${spec}-${own}`;
  };
}
