import { type ContainerFacts, type MountFacts, readRole } from "../plan/rules/facts";
import { splitAssignment } from "../plan/text/text";
import { hostOf, readInput, readMap, readMaps, readText, readTexts, type SeenResource, withoutPrefix } from "./seen-resource";

/**
 * The reverse of components/docker-container.ts, of what the rules judge. Each is read when a rule asks for it: most rules ask for two or three,
 * and what a preview does not know yet keeps only those from judging that need it.
 */
class ContainerInputs implements ContainerFacts {
  readonly #name: string;
  readonly #props: SeenResource["props"];
  #role: ContainerFacts["role"] | "unread" = "unread";

  constructor({ name, props }: SeenResource) {
    this.#name = name;
    this.#props = props;
  }

  get host() {
    return hostOf(this.#name, this.name);
  }

  get name() {
    return readText(this.#read("name")) ?? "";
  }

  get role() {
    // Every rule asks for it, of every container of the stack.
    if (this.#role === "unread")
      this.#role = readRole(readText(this.#readMaps("labels").find(({ label }) => label === "ldms.role")?.["value"]));
    return this.#role;
  }

  get networkMode() {
    return readText(this.#read("networkMode"));
  }

  get pidMode() {
    return readText(this.#read("pidMode"));
  }

  get ipcMode() {
    return readText(this.#read("ipcMode"));
  }

  get utsMode() {
    // The provider has no input for it.
    return undefined;
  }

  get usernsMode() {
    return readText(this.#read("usernsMode"));
  }

  get volumesFrom() {
    return this.#readMaps("volumes").flatMap(({ fromContainer }) => readText(fromContainer) ?? []);
  }

  get env() {
    return Object.fromEntries(readTexts(this.#read("envs")).map(splitAssignment));
  }

  get entrypoint() {
    return readTexts(this.#read("entrypoints"));
  }

  get argv() {
    return readTexts(this.#read("command"));
  }

  get labels() {
    return Object.fromEntries(this.#readMaps("labels").map(({ label, value }) => [String(label), String(value)]));
  }

  get mounts() {
    const own = this.#readMaps("volumes").filter(({ fromContainer }) => readText(fromContainer) === undefined);
    return [...own.map(factsOfVolume), ...this.#readMaps("mounts").map(factsOfMount)];
  }

  get privileged() {
    return this.#read("privileged") === true;
  }

  get capabilities() {
    const { adds, drops } = readMap(this.#read("capabilities"));
    return { add: readTexts(adds).map(withoutPrefix), drop: readTexts(drops).map(withoutPrefix) };
  }

  get devices() {
    return this.#readMaps("devices").map(({ hostPath }) => String(hostPath));
  }

  get readOnlyRootFilesystem() {
    return this.#read("readOnly") === true;
  }

  get tmpfs() {
    return Object.keys(readMap(this.#read("tmpfs")));
  }

  get securityOpts() {
    return readTexts(this.#read("securityOpts"));
  }

  get ulimits() {
    return Object.fromEntries(this.#readMaps("ulimits").map(({ name, hard }) => [String(name), Number(hard)]));
  }

  get memoryMib() {
    const memory = this.#read("memory");
    return typeof memory === "number" && memory > 0 ? memory : undefined;
  }

  get restart() {
    return readText(this.#read("restart"));
  }

  get healthCheck() {
    const { tests } = readMap(this.#read("healthcheck"));
    return Array.isArray(tests) ? readTexts(tests) : undefined;
  }

  get log() {
    return { driver: readText(this.#read("logDriver")), maxSize: readText(readMap(this.#read("logOpts"))["max-size"]) };
  }

  #read(key: string): unknown {
    return readInput(this.#props, key);
  }

  #readMaps(key: string): Readonly<Record<string, unknown>>[] {
    return readMaps(this.#read(key));
  }
}

export function factsOfContainer(resource: SeenResource): ContainerFacts {
  return new ContainerInputs(resource);
}

const FACTS = Object.keys(Object.getOwnPropertyDescriptors(ContainerInputs.prototype)).filter((key) => key !== "constructor");

/** All at once, as a plain record. */
export function readWhole(facts: ContainerFacts): ContainerFacts {
  return Object.fromEntries(FACTS.map((key) => [key, facts[key as keyof ContainerFacts]])) as unknown as ContainerFacts;
}

function factsOfVolume({ hostPath, volumeName, containerPath, readOnly }: Readonly<Record<string, unknown>>): MountFacts {
  return { source: readText(hostPath) ?? readText(volumeName) ?? "", target: readText(containerPath) ?? "", readOnly: readOnly === true };
}

/** The provider's other way of saying the same; a volume with options of its driver may be a folder of the host. */
function factsOfMount({ source, target, readOnly, volumeOptions }: Readonly<Record<string, unknown>>): MountFacts {
  const { device } = readMap(readMap(volumeOptions)["driverOptions"]);
  return { source: readText(device) ?? readText(source) ?? "", target: readText(target) ?? "", readOnly: readOnly === true };
}
