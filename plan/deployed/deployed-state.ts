import { SPEC_LABEL } from "../containers/spec-hash";
import { type ManifestEntry, parseManifest } from "../delivery/deliver-files";
import { findTabledContainers } from "../fan-out/container-table";
import { readTargets } from "../fan-out/head-tools";
import { readHostNumber } from "../hosts/component-id";
import { readMap, readMaps, readText } from "../text/read-value";

/** A resource as a state has it; what is encrypted is read as not there. */
export interface StateResource {
  readonly type: string;
  readonly parent?: string;
  /** It is to go. */
  readonly delete?: boolean;
  readonly inputs?: unknown;
  readonly outputs?: unknown;
}

/** What the last runs have brought to one host. */
export interface DeployedHost {
  /** By path. */
  readonly files: ReadonlyMap<string, ManifestEntry>;
  /** By name. */
  readonly containers: ReadonlyMap<string, DeployedContainer>;
}

export interface DeployedContainer {
  /** What its label `ldms.spec` says. */
  readonly spec: string;
  /** What it was made from: `ovishpc/ldms-samp:4.5.3`, by the method `docker` in the host's mirror; absent where the state does not say. */
  readonly reference?: string;
}

/** By host: nothing of one that was never deployed. */
export type DeployedState = ReadonlyMap<string, DeployedHost>;

interface Building {
  readonly files: Map<string, ManifestEntry>;
  readonly containers: Map<string, DeployedContainer>;
}

const COMMAND = /^command:(local|remote):Command$/;
const CONTAINER = "docker:index/container:Container";
const REMOTE_IMAGE = "docker:index/remoteImage:RemoteImage";
/** The component of one host, by the method `docker`. */
const HOST = /(?:::|\$)ldms:index:Host::(.+)$/;

/** What a state says of the hosts, by both methods: hashes and manifests stand in it as the hosts were told them. */
export function readDeployedState(resources: readonly StateResource[]): DeployedState {
  const hosts = new Map<string, Building>();
  const at = (host: string): Building => {
    const known = hosts.get(host) ?? { files: new Map(), containers: new Map() };
    hosts.set(host, known);
    return known;
  };
  const current = resources.filter((resource) => !resource.delete);
  const nameOfImage = new Map(current.flatMap(readImage));
  for (const { type, parent = "", inputs } of current) {
    const values = readMap(inputs);
    const [, host] = HOST.exec(parent) ?? [];
    if (COMMAND.test(type)) readCommand(readText(values["create"]) ?? "", host, at);
    else if (type === CONTAINER && host !== undefined) readContainer(values, nameOfImage, at(host));
  }
  return hosts;
}

/** A batch's, which names its hosts, or that which brings one host its files. */
function readCommand(script: string, host: string | undefined, at: (host: string) => Building): void {
  const containers = findTabledContainers(script);
  const files = parseManifest(script);
  if (containers.length + files.length === 0) return;
  for (const { name, componentId } of host === undefined ? readTargets(script) : [{ name: host, componentId: undefined }]) {
    const known = at(name);
    const own = componentId === undefined || componentId === String(readHostNumber(name)) ? "" : `-${componentId}`;
    for (const file of files) known.files.set(file.path, file);
    for (const { name: container, spec, isToldItsId, reference } of containers)
      known.containers.set(container, { spec: isToldItsId ? spec + own : spec, ...(reference !== "" && { reference }) });
  }
}

type Values = Readonly<Record<string, unknown>>;

function readContainer(inputs: Values, nameOfImage: ReadonlyMap<string, string>, { containers }: Building): void {
  const name = readText(inputs["name"]);
  if (name === undefined) return;
  const labels = new Map(readMaps(inputs["labels"]).map(({ label, value }) => [label, value]));
  const image = readText(inputs["image"]) ?? "";
  const reference = nameOfImage.get(image) ?? image;
  containers.set(name, { spec: readText(labels.get(SPEC_LABEL)) ?? "", ...(reference !== "" && { reference }) });
}

/** A container is made from an id, and a resource beside it says what that is called. */
function readImage({ type, inputs, outputs }: StateResource): (readonly [id: string, name: string])[] {
  const [name, id] = [readText(readMap(inputs)["name"]), readText(readMap(outputs)["imageId"])];
  return type === REMOTE_IMAGE && name !== undefined && id !== undefined ? [[id, name]] : [];
}
