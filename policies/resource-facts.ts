import { type ManifestEntry, parseManifest } from "../plan/deliver-files";
import { type ContainerFacts, type FileFacts, type ImageFacts, type MountFacts, readRole } from "../plan/rules/facts";
import { factsOfScript, factsOfScriptImages, hostsOfCommand } from "./script-facts";
import {
  hostOf,
  ifKnown,
  readMap,
  readMaps,
  readText,
  readTexts,
  type SeenResource,
  splitAssignment,
  withoutPrefix,
} from "./seen-resource";

export const CONTAINER_TYPE = "docker:index/container:Container";
export const IMAGE_TYPE = "docker:index/remoteImage:RemoteImage";
/** What deliver a host's files. */
export const DELIVERY_TYPES: readonly string[] = ["command:remote:Command", "command:local:Command"];

/** One of the provider's, or those that a batch of the method `fan-out` makes. */
export function factsOfContainers(resource: SeenResource): ContainerFacts[] {
  return resource.type === CONTAINER_TYPE ? [factsOfContainer(resource)] : factsOfScript(resource);
}

/**
 * The reverse of components/docker-container.ts, of what the rules judge. Each is read when a rule asks for it: most rules ask for two or three,
 * and what a preview does not know yet keeps only those from judging that need it.
 */
export function factsOfContainer({ name: resourceName, props }: SeenResource): ContainerFacts {
  const readOwnRole = () => readRole(readText(readMaps(props["labels"]).find(({ label }) => label === "ldms.role")?.["value"]));
  let role: { readonly value: ContainerFacts["role"] } | undefined;
  return {
    get host() {
      return hostOf(resourceName, this.name);
    },
    get name() {
      return readText(props["name"]) ?? "";
    },
    get role() {
      // Every rule asks for it, of every container of the stack.
      role ??= { value: readOwnRole() };
      return role.value;
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

/** An image that is pulled, or that a container runs; unknown in the preview of one that is built first. */
export function factsOfUsedImage(resource: SeenResource): ImageFacts[] {
  const { type, props } = resource;
  if (type === IMAGE_TYPE) return [{ reference: ifKnown(() => readText(props["name"])), hosts: [] }];
  if (type !== CONTAINER_TYPE) return factsOfScriptImages(resource);
  const { role, host } = factsOfContainer(resource);
  return role === undefined ? [] : [{ reference: ifKnown(() => readText(props["image"])), hosts: [host] }];
}

/** The files that a delivery writes: its script says which and how, its stdin a line of content for each. */
export function factsOfDelivery(resource: SeenResource): FileFacts[] {
  const { props } = resource;
  const manifest = parseManifest(readText(props["create"]) ?? "");
  if (manifest.length === 0) return [];
  const contents = ifKnown(() => readText(props["stdin"]))?.split("\n");
  const files = manifest.map((entry, i) => ({ ...entry, ...factsOfContent(contents?.[i], entry) }));
  return hostsOfCommand(resource).flatMap((host) => files.map((file) => ({ ...file, host })));
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
