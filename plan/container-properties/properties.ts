import { ROLE_NAMES } from "../containers/roles";
import type { Role } from "../model/container";
import { readMap, readMaps, readText } from "../text/read-value";
import { joinAssignments, readAssignments } from "../text/text";
import { CONFINEMENT, NAMESPACES } from "./confinement";
import { mounts, volumesFrom } from "./mounts";
import { argv, entrypoint, env } from "./process";
import { allOf, type ContainerProperty, each, lastOf } from "./property";
import { SUPERVISION } from "./supervision";

const name: ContainerProperty<string> = {
  ofPlan: (container) => container.name,
  options: ["--name"],
  typed: (container) => ["--name", container.name],
  ofTyped: (line) => lastOf(line, "--name") ?? "",
  inputs: (container) => ({ name: container.name }),
  ofInputs: (read) => readText(read("name")) ?? "",
  ofInspected: ({ Name }) => Name.replace(/^\//, ""),
};

const labels: ContainerProperty<Readonly<Record<string, string>>> = {
  ofPlan: (container) => container.labels,
  options: ["--label"],
  typed: (container) => each("--label", joinAssignments(container.labels)),
  ofTyped: (line) => readAssignments(allOf(line, "--label")),
  inputs: (container) => ({ labels: Object.entries(container.labels).map(([label, value]) => ({ label, value })) }),
  ofInputs: (read) => Object.fromEntries(readMaps(read("labels")).map(({ label, value }) => [String(label), String(value)])),
  ofInspected: ({ Config }) =>
    Object.fromEntries(Object.entries(readMap(Config["Labels"])).map(([label, value]) => [label, String(value)])),
};

/** From the label `ldms.role`; a container without one is none of ours and no rule's. */
const role: ContainerProperty<Role | undefined> = {
  ofPlan: (container) => container.role,
  ofTyped: (line) => readRole(labels.ofTyped(line)),
  ofInputs: (read) => readRole(labels.ofInputs(read)),
  ofInspected: (container, image) => readRole(labels.ofInspected(container, image)),
};

function readRole({ "ldms.role": text }: Readonly<Record<string, string>>): Role | undefined {
  return ROLE_NAMES.find((known) => known === text);
}

/** All that makes a container but its host and its image, in the order in which a `docker run` has it. */
export const CONTAINER_PROPERTIES = {
  name,
  role,
  ...NAMESPACES,
  volumesFrom,
  ...CONFINEMENT,
  env,
  mounts,
  ...SUPERVISION,
  labels,
  entrypoint,
  argv,
};
