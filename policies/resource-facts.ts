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

/**
 * The reverse of components/docker-container.ts, of what the rules judge. Each is read when a rule asks for it: most rules ask for two or three,
 * and what a preview does not know yet keeps only those from judging that need it.
 */
export function factsOfContainer({ name: resourceName, props }: SeenResource): ContainerFacts {
  return {
    get host() {
      return hostOf(resourceName, this.name);
    },
    get name() {
      return readText(props["name"]) ?? "";
    },
    get role() {
      return readRole(readText(readMaps(props["labels"]).find(({ label }) => label === "ldms.role")?.["value"]));
    },
    get networkMode() {
      return readText(props["networkMode"]);
    },
    get pidMode() {
      return readText(props["pidMode"]);
    },
    get ipcMode() {
      return readText(props["ipcMode"]);
    },
    get env() {
      return Object.fromEntries(readTexts(props["envs"]).map(splitAssignment));
    },
    get entrypoint() {
      return readTexts(props["entrypoints"]);
    },
    get argv() {
      return readTexts(props["command"]);
    },
    get labels() {
      return Object.fromEntries(readMaps(props["labels"]).map(({ label, value }) => [String(label), String(value)]));
    },
    get mounts() {
      return [...readMaps(props["volumes"]).map(factsOfVolume), ...readMaps(props["mounts"]).map(factsOfMount)];
    },
    get privileged() {
      return props["privileged"] === true;
    },
    get capabilities() {
      const { adds, drops } = readMap(props["capabilities"]);
      return { add: readTexts(adds).map(withoutPrefix), drop: readTexts(drops).map(withoutPrefix) };
    },
    get devices() {
      return readMaps(props["devices"]).map(({ hostPath }) => String(hostPath));
    },
    get readOnlyRootFilesystem() {
      return props["readOnly"] === true;
    },
    get tmpfs() {
      return Object.keys(readMap(props["tmpfs"]));
    },
    get securityOpts() {
      return readTexts(props["securityOpts"]);
    },
    get ulimits() {
      return Object.fromEntries(readMaps(props["ulimits"]).map(({ name, hard }) => [String(name), Number(hard)]));
    },
    get memoryMib() {
      return typeof props["memory"] === "number" && props["memory"] > 0 ? props["memory"] : undefined;
    },
    get restart() {
      return readText(props["restart"]);
    },
    get healthCheck() {
      const { tests } = readMap(props["healthcheck"]);
      return Array.isArray(tests) ? readTexts(tests) : undefined;
    },
    get log() {
      return { driver: readText(props["logDriver"]), maxSize: readText(readMap(props["logOpts"])["max-size"]) };
    },
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
