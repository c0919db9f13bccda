import { UnknownValueError } from "@pulumi/policy";
import { parseManifest } from "../plan/deliver-files";
import { childName } from "../plan/resource-names";
import { type ContainerFacts, type FileFacts, type ImageFacts, readRole } from "../plan/rules/facts";

/** A resource as a policy sees it: secrets in clear, and an error on the way to a value that a preview does not know. */
export interface SeenResource {
  readonly type: string;
  /** Its logical name: `cygnus-01-samp`. */
  readonly name: string;
  readonly props: Readonly<Record<string, unknown>>;
}

export const CONTAINER_TYPE = "docker:index/container:Container";
export const IMAGE_TYPE = "docker:index/remoteImage:RemoteImage";
/** What deliver a host's files. */
export const DELIVERY_TYPES: readonly string[] = ["command:remote:Command", "command:local:Command"];

/** The reverse of components/docker-container.ts, of what the rules judge. */
export function factsOfContainer({ name: resourceName, props }: SeenResource): ContainerFacts {
  const name = readText(props["name"]) ?? "";
  const labels = readList(props["labels"]).map(readMap);
  return {
    host: hostOf(resourceName, name),
    name,
    role: readRole(readText(labels.find(({ label }) => label === "ldms.role")?.["value"])),
    networkMode: readText(props["networkMode"]),
    pidMode: readText(props["pidMode"]),
    env: Object.fromEntries(readTexts(props["envs"]).map(splitAssignment)),
    argv: readTexts(props["command"]),
  };
}

/** An image that is pulled; its name is unknown in the preview of one that is built first. */
export function factsOfPulledImage({ props }: SeenResource): ImageFacts {
  return { reference: ifKnown(() => readText(props["name"])) };
}

/** The files that a delivery writes: its script says which and how, its stdin a line of content for each. */
export function factsOfDelivery({ name, props }: SeenResource): FileFacts[] {
  const manifest = parseManifest(readText(props["create"]) ?? "");
  const contents = ifKnown(() => readText(props["stdin"]))?.split("\n");
  return manifest.map((entry, i) => ({ ...entry, host: hostOf(name, "files"), isUniform: isUniform(contents?.[i]) }));
}

/** base64 of the content, or `generate:50`. */
function isUniform(line: string | undefined): boolean | undefined {
  if (line === undefined) return undefined;
  if (line.startsWith("generate:")) return false;
  const bytes = Buffer.from(line, "base64");
  return bytes.every((byte) => byte === bytes[0]);
}

/** `cygnus-01-samp` of the container `samp` is on `cygnus-01`; a name of another form stays as it is. */
function hostOf(resourceName: string, key: string): string {
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

function readText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function readList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function readTexts(value: unknown): string[] {
  return readList(value).filter((item) => typeof item === "string");
}

function readMap(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
