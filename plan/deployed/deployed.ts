import { typeContainer, VALUED_OPTIONS } from "../container-properties/forms";
import { generalizeContainer, SPEC_LABEL } from "../containers/spec-hash";
import { manifestEntry } from "../delivery/deliver-files";
import { foldHosts } from "../hostlist/fold";
import { fullReference } from "../images/plan-images";
import type { PlannedContainer } from "../model/container";
import type { PlannedFile } from "../model/file";
import type { PlannedImage } from "../model/image";
import { mayHoldSecret } from "../text/secret-words";
import { shellQuote } from "../text/shell";
import { type ComponentIds, describeIds } from "./own-ids";

/** A file as people may see it; of `text`, `hidden`, `secret` and `generated` it has one. */
export interface DeployedFile {
  /** `0644` */
  readonly mode: string;
  /** `101:101` */
  readonly owner: string;
  /** The container that a change replaces; absent where it takes the change up. */
  readonly restarts?: string;
  readonly text?: string;
  /** Tells two texts apart that may have a password in them. */
  readonly hidden?: string;
  /** Tells two secrets apart. */
  readonly secret?: string;
  readonly generated?: string;
}

/** Set by an engine that keeps a description as it was where something that it depends on has failed, or is left out. */
export const KEEPS_WORDS_VARIABLE = "LDMS_ENGINE_KEEPS_WORDS";

/** Of a command: its scripts, and what they read. Nobody can read them; what changes in them is said in words by the resource of the type below. */
export const SCRIPT_INPUTS: readonly string[] = ["create", "update", "delete", "stdin"];

/** The resource that has it for its inputs. */
export const DEPLOYED_TYPE = "ldms:index:Deployed";

/** What hosts have got, as people read it: the resource that says so stands behind those that bring it there. */
export interface Deployed {
  /** `cygnus-[01-04]` */
  readonly hosts: string;
  /** By path. */
  readonly files: Readonly<Record<string, DeployedFile>>;
  /** By name, the `docker run` of each, a line an option; what is the host's own is `{number}` and `{host}`. */
  readonly containers: Readonly<Record<string, string>>;
  /** What `{number}` is on hosts with an id of their own; absent where there are none. */
  readonly componentIds?: ComponentIds;
}

export interface DeployedArgs {
  readonly hosts: readonly { readonly name: string; readonly componentId?: string }[];
  readonly files: readonly PlannedFile[];
  readonly containers: readonly PlannedContainer[];
}

export function describeDeployed({ hosts, files, containers }: DeployedArgs, images: readonly PlannedImage[]): Deployed {
  const componentIds = describeIds(hosts, containers);
  const referenceOf = new Map(images.map((image) => [image.name, fullReference(image)]));
  return {
    hosts: foldHosts(hosts.map(({ name }) => name)),
    files: Object.fromEntries(files.map((file) => [file.path, describeFile(file)])),
    containers: Object.fromEntries(
      containers.map((container) => [container.name, describeRun(container, referenceOf.get(container.image) ?? container.image)]),
    ),
    ...(Object.keys(componentIds).length > 0 && { componentIds }),
  };
}

function describeFile(file: PlannedFile): DeployedFile {
  const { mode, owner } = manifestEntry(file);
  const { container, isTakenUpRunning } = file;
  return { mode, owner, ...(!isTakenUpRunning && { restarts: container }), ...describeContent(file) };
}

function describeContent({
  content,
  mode,
  fingerprint,
  isConfidential,
}: PlannedFile): Pick<DeployedFile, "text" | "hidden" | "secret" | "generated"> {
  switch (content.kind) {
    case "text":
      // What nobody but its owner may read on a host, nobody reads here.
      if (isConfidential || (mode & 0o077) === 0 || mayHoldSecret(content.text)) return { hidden: fingerprint };
      return { text: content.text };
    case "secret":
      return { secret: fingerprint };
    case "generated":
      return { generated: `${content.bytes} random bytes` };
    default:
      return content satisfies never;
  }
}

/** In front of the hash of a container that is not shown as a whole; who compares two says what it is worth. */
export const NOT_SHOWN = "# with what is not shown: ";

/**
 * The hash follows from all the others, and says nothing to anybody: it is left where they do not say all. One of what is not shown alone could be
 * guessed, as a password can, by whoever reads the differences.
 */
function describeRun(container: PlannedContainer, reference: string): string {
  const general = generalizeContainer(container);
  const { [SPEC_LABEL]: hash, ...labels } = general.labels;
  const { options, argv } = typeContainer({ ...general, labels });
  const lines = [...linesOf(options), reference, ...argv.map(shellQuote)];
  const shown = lines.map(hideSecret);
  const hidden = shown.every((line, i) => line === lines[i]) ? [] : [`${NOT_SHOWN}${hash}`];
  return [...shown, ...hidden, ""].join("\n");
}

/** Of a variable its name is left; what is mounted are names of files. Behind an argument such as `--password` stands a secret. */
function hideSecret(line: string, at: number, lines: readonly string[]): string {
  const before = lines[at - 1] ?? "";
  const isValue = /^-[^=\s]+$/.test(before) && mayHoldSecret(before);
  if (line.startsWith("--volume ") || !(isValue || mayHoldSecret(line))) return line;
  const [, variable = ""] = /^(--env '?\w+=)/.exec(line) ?? [];
  return `${variable}[not shown]`;
}

function linesOf(options: readonly string[]): string[] {
  const lines: string[] = [];
  for (let at = 0; at < options.length; at++) {
    const option = options[at]!;
    if (VALUED_OPTIONS.includes(option)) lines.push(`${option} ${shellQuote(options[++at] ?? "")}`);
    else lines.push(option);
  }
  return lines;
}
