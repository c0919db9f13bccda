import { UnknownValueError } from "@pulumi/policy";
import { type ManifestEntry, parseManifest } from "../plan/deliver-files";
import { childName } from "../plan/resource-names";
import { type ContainerFacts, type FileFacts, type ImageFacts, type MountFacts, readRole } from "../plan/rules/facts";

/** A resource as a policy sees it: secrets in clear, and an error on the way to a value that a preview does not know. */
export interface SeenResource {
  readonly type: string;
  /** Its logical name: `cygnus-01-samp`. */
  readonly name: string;
  /** Says which components are around it; absent: none. */
  readonly urn?: string;
  readonly props: Readonly<Record<string, unknown>>;
}

export const CONTAINER_TYPE = "docker:index/container:Container";
export const IMAGE_TYPE = "docker:index/remoteImage:RemoteImage";
/** What deliver a host's files. */
export const DELIVERY_TYPES: readonly string[] = ["command:remote:Command", "command:local:Command"];

/** The reverse of components/docker-container.ts, of what the rules judge. */
export function factsOfContainer({ name: resourceName, props }: SeenResource): ContainerFacts {
  const name = readText(props["name"]) ?? "";
  const labels = Object.fromEntries(readMaps(props["labels"]).map(({ label, value }) => [String(label), String(value)]));
  const capabilities = readMap(props["capabilities"]);
  const healthCheck = readMap(props["healthcheck"])["tests"];
  return {
    host: hostOf(resourceName, name),
    name,
    role: readRole(labels["ldms.role"]),
    networkMode: readText(props["networkMode"]),
    pidMode: readText(props["pidMode"]),
    ipcMode: readText(props["ipcMode"]),
    env: Object.fromEntries(readTexts(props["envs"]).map(splitAssignment)),
    entrypoint: readTexts(props["entrypoints"]),
    argv: readTexts(props["command"]),
    labels,
    mounts: [...readMaps(props["volumes"]).map(factsOfVolume), ...readMaps(props["mounts"]).map(factsOfMount)],
    privileged: props["privileged"] === true,
    capabilities: { add: readTexts(capabilities["adds"]).map(withoutPrefix), drop: readTexts(capabilities["drops"]).map(withoutPrefix) },
    devices: readMaps(props["devices"]).map(({ hostPath }) => String(hostPath)),
    readOnlyRootFilesystem: props["readOnly"] === true,
    tmpfs: Object.keys(readMap(props["tmpfs"])),
    securityOpts: readTexts(props["securityOpts"]),
    ulimits: Object.fromEntries(readMaps(props["ulimits"]).map((limit) => [String(limit["name"]), Number(limit["hard"])])),
    memoryMib: typeof props["memory"] === "number" && props["memory"] > 0 ? props["memory"] : undefined,
    restart: readText(props["restart"]),
    healthCheck: Array.isArray(healthCheck) ? readTexts(healthCheck) : undefined,
    log: { driver: readText(props["logDriver"]), maxSize: readText(readMap(props["logOpts"])["max-size"]) },
  };
}

function factsOfVolume({ hostPath, volumeName, containerPath, readOnly }: Readonly<Record<string, unknown>>): MountFacts {
  return { source: readText(hostPath) ?? readText(volumeName) ?? "", target: readText(containerPath) ?? "", readOnly: readOnly === true };
}

/** The provider's other way of saying the same. */
function factsOfMount({ source, target, readOnly }: Readonly<Record<string, unknown>>): MountFacts {
  return { source: readText(source) ?? "", target: readText(target) ?? "", readOnly: readOnly === true };
}

/** Docker takes `CAP_SYS_ADMIN` for `SYS_ADMIN`. */
function withoutPrefix(capability: string): string {
  return capability.replace(/^CAP_/, "");
}

/** An image that is pulled, or that a container runs; unknown in the preview of one that is built first. */
export function factsOfUsedImage(resource: SeenResource): ImageFacts[] {
  const { type, props } = resource;
  if (type === IMAGE_TYPE) return [{ reference: ifKnown(() => readText(props["name"])), hosts: [] }];
  const { role, host } = factsOfContainer(resource);
  return role === undefined ? [] : [{ reference: ifKnown(() => readText(props["image"])), hosts: [host] }];
}

/** The files that a delivery writes: its script says which and how, its stdin a line of content for each. */
export function factsOfDelivery({ name, props }: SeenResource): FileFacts[] {
  const manifest = parseManifest(readText(props["create"]) ?? "");
  const contents = ifKnown(() => readText(props["stdin"]))?.split("\n");
  return manifest.map((entry, i) => ({ ...entry, host: hostOf(name, "files"), ...factsOfContent(contents?.[i], entry) }));
}

/** A file that only its owner reads is a secret, and no rule's text. */
export const SECRET_MODE = "0600";

/** @param line base64 of the content, or `generate:50` */
function factsOfContent(line: string | undefined, { mode }: ManifestEntry): Pick<FileFacts, "isUniform" | "lengthBytes" | "text"> {
  if (line === undefined) return { isUniform: undefined, lengthBytes: undefined, text: undefined };
  const generated = /^generate:(\d+)$/.exec(line);
  if (generated) return { isUniform: false, lengthBytes: Number(generated[1]), text: undefined };
  const bytes = Buffer.from(line, "base64");
  return {
    isUniform: bytes.every((byte) => byte === bytes[0]),
    lengthBytes: bytes.length,
    text: mode === SECRET_MODE ? undefined : bytes.toString("utf8"),
  };
}

/** `cygnus-01-samp` of the container `samp` is on `cygnus-01`; a name of another form stays as it is. */
export function hostOf(resourceName: string, key: string): string {
  const suffix = childName("", key);
  return resourceName.endsWith(suffix) ? resourceName.slice(0, -suffix.length) : resourceName;
}

/** undefined for what only `up` will know. */
export function ifKnown<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnknownValueError) return undefined;
    throw error;
  }
}

function splitAssignment(text: string): [name: string, value: string] {
  const at = text.indexOf("=");
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

export function readText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function readList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function readTexts(value: unknown): string[] {
  return readList(value).filter((item) => typeof item === "string");
}

export function readMap(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function readMaps(value: unknown): Readonly<Record<string, unknown>>[] {
  return readList(value).map(readMap);
}
