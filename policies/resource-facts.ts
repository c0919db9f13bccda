import { readGenerated } from "../plan/delivery/content-line";
import { type ManifestEntry, parseManifest } from "../plan/delivery/deliver-files";
import { isUniform } from "../plan/munge/key-form";
import type { ContainerFacts, FileFacts, ImageFacts } from "../plan/rules/facts";
import { readText } from "../plan/text/read-value";
import { factsOfContainer } from "./container-inputs";
import { factsOfScript, factsOfScriptImages, hostsOfCommand } from "./script-facts";
import { ifKnown, keepRead, readInput, type SeenResource } from "./seen-resource";

export const CONTAINER_TYPE = "docker:index/container:Container";
export const IMAGE_TYPE = "docker:index/remoteImage:RemoteImage";
/** What deliver a host's files. */
export const DELIVERY_TYPES: readonly string[] = ["command:remote:Command", "command:local:Command"];

/** One of the provider's, or those that a batch of the method `fan-out` makes. */
export function factsOfContainers(resource: SeenResource): ContainerFacts[] {
  return resource.type === CONTAINER_TYPE ? [factsOfContainer(resource)] : factsOfScript(resource);
}

/** An image that is pulled, or that a container runs; unknown in the preview of one that is built first. */
export function factsOfUsedImage(resource: SeenResource): ImageFacts[] {
  const { type, props } = resource;
  if (type === IMAGE_TYPE) return [{ reference: ifKnown(() => readText(readInput(props, "name"))), hosts: [] }];
  if (type !== CONTAINER_TYPE) return factsOfScriptImages(resource);
  const { role, host } = factsOfContainer(resource);
  return role === undefined ? [] : [{ reference: ifKnown(() => readText(readInput(props, "image"))), hosts: [host] }];
}

/** The files that a delivery writes: its script says which and how, its stdin a line of content for each. */
export function factsOfDelivery(resource: SeenResource): FileFacts[] {
  const { props } = resource;
  const files = readFiles(
    readText(readInput(props, "create")) ?? "",
    ifKnown(() => readText(readInput(props, "stdin"))),
  );
  return files.length === 0 ? [] : hostsOfCommand(resource).flatMap((host) => files.map((file) => ({ ...file, host })));
}

const readFiles = keepRead((create: string, stdin: string | undefined) => {
  const contents = stdin?.split("\n");
  return parseManifest(create).map((entry, i) => ({ ...entry, ...factsOfContent(contents?.[i], entry) }));
});

/** A file that only its owner reads is a secret, and no rule's text. */
export const SECRET_MODE = "0600";

/** @param line base64 of the content, or `generate:50` */
function factsOfContent(line: string | undefined, { mode }: ManifestEntry): Pick<FileFacts, "isUniform" | "lengthBytes" | "text"> {
  if (line === undefined) return { isUniform: undefined, lengthBytes: undefined, text: undefined };
  const generated = readGenerated(line);
  if (generated !== undefined) return { isUniform: false, lengthBytes: generated, text: undefined };
  const bytes = Buffer.from(line, "base64");
  return {
    isUniform: isUniform(bytes),
    lengthBytes: bytes.length,
    text: mode === SECRET_MODE ? undefined : bytes.toString("utf8"),
  };
}
