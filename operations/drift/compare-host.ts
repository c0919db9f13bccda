import { type ManifestEntry, manifestEntry } from "../../plan/delivery/deliver-files";
import type { DeployedContainer, DeployedHost } from "../../plan/deployed/deployed-state";
import { mirrorReference, pullReference } from "../../plan/images/plan-images";
import type { PlannedContainer } from "../../plan/model/container";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import type { PlannedHost } from "../../plan/model/host";
import { foundName, isOtherImage, shortName } from "../observe/other-image";
import type { FoundContainer, FoundFile, FoundOnHost } from "./drift-script";
import { type Differing, findDiffering, type ThreeValues } from "./three-ways";

/** One thing on one host that stack file, state and host do not have alike. */
export interface Finding {
  readonly kind: "container" | "file" | "plugin" | "set";
  /** Name or path; of a plugin and a set the container of its daemon. */
  readonly subject: string;
  /** Free of host and subject: `is missing`, `has mode 0644, in the stack 0600`. */
  readonly message: string;
  readonly differs: Differing;
}

/** Of what runs there, or lies there, and is nowhere planned. */
export const NOT_IN_STACK = "is not in the stack";

/** It is not there. */
const ABSENT = "";

/** @param deployed what the state says of the host; undefined where no state is known at all */
export function compareContainers(
  plan: Pick<DeploymentPlan, "images" | "method">,
  host: PlannedHost,
  deployed: DeployedHost | undefined,
  found: FoundOnHost,
): Finding[] {
  const planned = new Map(host.containers.map((container) => [container.name, container]));
  const there = new Map(found.containers.map((container) => [container.name, container]));
  const names = new Set([...planned.keys(), ...there.keys(), ...(deployed?.containers.keys() ?? [])]);
  return [...names].flatMap((name) => {
    const [wanted, has] = [planned.get(name), there.get(name)];
    const known = deployed && (deployed.containers.get(name) ?? null);
    return comparePresence(wanted, known, has)
      .concat(wanted && has ? compareState(known, wanted, has) : [])
      .concat(wanted && has ? compareImage(plan, host, known, wanted, has) : [])
      .map(({ differs, message }): Finding => ({ kind: "container", subject: name, message, differs }));
  });
}

type Told = Pick<Finding, "differs" | "message">;
/** null: the state has none; undefined: no state is known. */
type Known = DeployedContainer | null | undefined;

function comparePresence(wanted: PlannedContainer | undefined, known: Known, has: FoundContainer | undefined): Told[] {
  const [planned, found] = [wanted?.labels["ldms.spec"] ?? ABSENT, has?.spec ?? ABSENT];
  // One that is there has a hash, whatever it is: what has none is not ours to begin with.
  const values = { planned, deployed: known === undefined ? undefined : (known?.spec ?? ABSENT), found: has ? found || "none" : ABSENT };
  return tell(values, () => {
    if (!has) return wanted ? "is missing" : STATE_ONLY;
    return wanted ? "was made from another plan" : NOT_IN_STACK;
  });
}

/** Of what both others have alike. */
const STATE_AGREES = "is as the stack file says, which the state does not know";
const STATE_ONLY = "is in the state alone";

function tell(values: ThreeValues, describe: () => string): Told[] {
  const differs = findDiffering(values);
  if (differs === undefined) return [];
  return [{ differs, message: differs === "state" && values.found !== ABSENT ? STATE_AGREES : describe() }];
}

/** What runs is what was deployed, unless it is another container anyhow. */
function compareState(known: Known, wanted: PlannedContainer, { state }: FoundContainer): Told[] {
  if (state === "running") return [];
  const differs = known === undefined ? "unknown" : known?.spec === wanted.labels["ldms.spec"] ? "host" : "all";
  return [{ differs, message: `is ${state}` }];
}

/** Of an image that is built the digest is not known before. */
function compareImage(
  { images, method }: Pick<DeploymentPlan, "images" | "method">,
  { mirror }: PlannedHost,
  known: Known,
  { image }: PlannedContainer,
  has: FoundContainer,
): Told[] {
  const planned = images.find(({ name }) => name === image);
  if (!planned || planned.build || has.imageId === undefined) return [];
  const own = pullReference(planned);
  const wanted = mirrorReference(own, mirror);
  if (!isOtherImage(has, wanted)) return [];
  const inState = known?.reference;
  const deployed = inState === undefined ? undefined : mirrorReference(inState, method === "docker" ? undefined : mirror);
  const found = deployed !== undefined && !isOtherImage(has, deployed) ? deployed : foundName(has);
  return tell({ planned: wanted, deployed, found }, () => `runs ${foundName(has)}, in the stack ${shortName(own)}`);
}

export function compareFiles({ files }: PlannedHost, deployed: DeployedHost | undefined, found: FoundOnHost): Finding[] {
  const planned = new Map(files.map((file) => [file.path, manifestEntry(file)]));
  const there = new Map(found.files.map((file) => [file.path, file]));
  const paths = new Set([...planned.keys(), ...there.keys(), ...(deployed?.files.keys() ?? [])]);
  return [...paths].flatMap((path) => {
    const known = deployed && (deployed.files.get(path) ?? null);
    return compareFile(planned.get(path), known, there.get(path)).map(
      ({ differs, message }): Finding => ({ kind: "file", subject: path, message, differs }),
    );
  });
}

function compareFile(wanted: ManifestEntry | undefined, known: ManifestEntry | null | undefined, has: FoundFile | undefined): Told[] {
  const there = "there";
  const of = (entry: object | null | undefined) => (entry ? there : ABSENT);
  if (!wanted || !has) {
    const values = { planned: of(wanted), deployed: known === undefined ? undefined : of(known), found: of(has) };
    return tell(values, () => (has ? NOT_IN_STACK : wanted ? "is missing" : STATE_ONLY));
  }
  const property = (key: "mode" | "owner") => {
    const values = { planned: wanted[key], deployed: known === undefined ? undefined : (known?.[key] ?? ABSENT), found: has[key] };
    return tell(values, () => `has ${key} ${has[key]}, in the stack ${wanted[key]}`);
  };
  const content = { planned: wanted.fingerprint, deployed: known === undefined ? undefined : (known?.fingerprint ?? ABSENT) };
  const told = [...property("mode"), ...property("owner"), ...compareContent(content, has.sha256)];
  // What the state does not know of one file is said once.
  return told.filter(({ message }, i) => told.findIndex((other) => other.message === message) === i);
}

/** Nobody looks at a secret: that of the host is taken for what was deployed. */
function compareContent({ planned, deployed }: Omit<ThreeValues, "found">, found: string | undefined): Told[] {
  if (found !== undefined) return tell({ planned, deployed, found }, () => "has another content");
  if (deployed === undefined || deployed === ABSENT || deployed === planned) return [];
  return [{ differs: "stack-file", message: "is another secret now" }];
}
