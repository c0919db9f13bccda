import { COMMAND_RULES, type CommandFacts, type ConnectionFacts } from "../../plan/rules/command-rules";
import { CONTAINER_RULES } from "../../plan/rules/container-rules";
import type { ContainerFacts, FileFacts, ImageFacts } from "../../plan/rules/facts";
import { isBroken, type Rule } from "../../plan/rules/rule";
import type { StackFacts } from "../../plan/rules/topology-facts";
import { factsOfCommand, PROVIDER_TYPE } from "../../policies/command-facts";
import { CONTAINER_TYPE, IMAGE_TYPE } from "../../policies/resource-facts";
import { factsOfScript } from "../../policies/script-facts";
import type { SeenResource } from "../../policies/seen-resource";

/** What the SDK puts in the place of a string that only `up` knows. @see @pulumi/policy, proxy.js */
export const UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Inputs of a resource that has these facts; written apart from the reader, so that the two can disagree. */
export function containerWith(facts: ContainerFacts): SeenResource {
  const { host, name, role, env, argv, entrypoint, mounts, capabilities, log } = facts;
  const labels = { ...facts.labels, ...(role && { "ldms.role": role }) };
  const props = {
    name,
    image: UNKNOWN_TEXT,
    networkMode: facts.networkMode,
    pidMode: facts.pidMode,
    ipcMode: facts.ipcMode,
    usernsMode: facts.usernsMode,
    privileged: facts.privileged,
    envs: Object.entries(env).map(([key, value]) => `${key}=${value}`),
    entrypoints: [...entrypoint],
    command: [...argv],
    labels: Object.entries(labels).map(([label, value]) => ({ label, value })),
    volumes: [
      ...mounts.map(({ source, target, readOnly }) => ({
        ...(source.startsWith("/") ? { hostPath: source } : { volumeName: source }),
        containerPath: target,
        readOnly,
      })),
      ...facts.volumesFrom.map((fromContainer) => ({ fromContainer })),
    ],
    capabilities: { adds: capabilities.add.map((word) => `CAP_${word}`), drops: [...capabilities.drop] },
    devices: facts.devices.map((path) => ({ hostPath: path, containerPath: path, permissions: "rw" })),
    gpus: facts.gpus,
    readOnly: facts.readOnlyRootFilesystem,
    tmpfs: Object.fromEntries(facts.tmpfs.map((path) => [path, "size=1m"])),
    securityOpts: [...facts.securityOpts],
    ulimits: Object.entries(facts.ulimits).map(([limit, hard]) => ({ name: limit, hard, soft: hard })),
    memory: facts.memoryMib,
    restart: facts.restart,
    healthcheck: facts.healthCheck && { tests: [...facts.healthCheck] },
    logDriver: log.driver,
    logOpts: log.maxSize === undefined ? {} : { "max-size": log.maxSize },
  };
  return {
    type: CONTAINER_TYPE,
    name: `${host}-${name}`,
    props: Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined)),
  };
}

/** What follows `docker run` for a container of these facts. */
export function runWords(facts: ContainerFacts): string[] {
  const { name, role, env, labels, argv, entrypoint, mounts, capabilities, memoryMib, log } = facts;
  const one = (option: string, value: string | undefined) => (value === undefined ? [] : [option, value]);
  const each = (option: string, values: readonly string[]) => values.flatMap((value) => [option, value]);
  const pairs = (values: Readonly<Record<string, string | number>>) => Object.entries(values).map(([key, value]) => `${key}=${value}`);
  return [
    ...one("--name", name),
    ...one("--network", facts.networkMode),
    ...one("--pid", facts.pidMode),
    ...one("--ipc", facts.ipcMode),
    ...one("--uts", facts.utsMode),
    ...one("--userns", facts.usernsMode),
    ...each("--volumes-from", facts.volumesFrom),
    ...(facts.privileged ? ["--privileged"] : []),
    ...(facts.readOnlyRootFilesystem ? ["--read-only"] : []),
    ...each("--env", pairs(env)),
    ...each("--label", pairs({ ...labels, ...(role && { "ldms.role": role }) })),
    ...each(
      "--volume",
      mounts.map(({ source, target, readOnly }) => `${source}:${target}${readOnly ? ":ro" : ""}`),
    ),
    ...each("--cap-add", capabilities.add),
    ...each("--cap-drop", capabilities.drop),
    ...each("--device", facts.devices),
    ...one("--gpus", facts.gpus),
    ...each("--tmpfs", facts.tmpfs),
    ...each("--security-opt", facts.securityOpts),
    ...each("--ulimit", pairs(facts.ulimits)),
    ...one("--memory", memoryMib === undefined ? undefined : `${memoryMib}m`),
    ...one("--restart", facts.restart),
    ...one("--health-cmd", facts.healthCheck?.slice(1).join(" ")),
    ...one("--log-driver", log.driver),
    ...one("--log-opt", log.maxSize && `max-size=${log.maxSize}`),
    ...each("--entrypoint", entrypoint.slice(0, 1)),
    ...["img", ...entrypoint.slice(1), ...argv],
  ];
}

/** A batch of one host that starts a container of these facts. */
export function batchWith(facts: ContainerFacts): SeenResource {
  const words = runWords(facts).map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  return batchOf(`run_1() { exec docker run ${words.join(" ")}; }\n`, facts.host);
}

/** A command of the fan-out's that runs this script. */
export function batchOf(create: string, host = "cygnus-01"): SeenResource {
  return { type: "command:remote:Command", name: `${host}-files`, urn: urnOf("batch", ["ldms:index:FanOut"]), props: { create } };
}

/** The mandatory rules that a command breaks, by the containers that it makes among them. */
export function findMandatory(command: SeenResource): string[] {
  const broken = <Facts>(rules: readonly Rule<Facts>[], all: readonly Facts[]) =>
    rules.filter((rule) => rule.enforcement === "mandatory" && !rule.byDesign && all.some((one) => isBroken(rule, one)));
  return [...broken(CONTAINER_RULES, factsOfScript(command)), ...broken(COMMAND_RULES, [factsOfCommand(command)])].map(({ name }) => name);
}

/** A delivery of this one file. */
export function deliveryWith({ host, mode, owner, path, fingerprint, isUniform, lengthBytes, text }: FileFacts): SeenResource {
  const bytes = text === undefined ? Buffer.alloc(lengthBytes ?? 64, isUniform ? "a" : "abcd") : Buffer.from(text);
  const create = `cat <<'MANIFEST'\n${mode} ${owner} ${path} ${fingerprint}\nMANIFEST\n`;
  return {
    type: "command:local:Command",
    name: `${host}-files`,
    urn: urnOf("files"),
    props: { create, stdin: `${bytes.toString("base64")}\n` },
  };
}

function urnOf(name: string, owners = ["ldms:index:Cluster", "ldms:index:Host"]): string {
  return `urn:pulumi:cygnus::ldms::${[...owners, "command:local:Command"].join("$")}::${name}`;
}

export function pulledImageWith({ reference }: ImageFacts): SeenResource {
  return { type: IMAGE_TYPE, name: "cygnus-01-ldms-samp", props: { name: reference } };
}

export function commandWith({ name, owners, shown, secrets, unread }: CommandFacts): SeenResource {
  const runs = unread.map((reason) => `docker run ${/--[a-z]+/.exec(reason)} x`);
  const manifest = secrets.map((_, i) => `0600 101:101 /var/lib/ldms/lab/c${i}/munge.key 0a`).join("\n");
  const props = { create: [manifest, ...shown, ...runs].join("\n"), stdin: secrets.join("\n") };
  return { type: "command:local:Command", name, urn: urnOf(name, [...owners]), props };
}

export function providerWith({ host, isPinned }: ConnectionFacts): SeenResource {
  const sshOpts = ["-o", `StrictHostKeyChecking=${isPinned ? "yes" : "accept-new"}`];
  return { type: PROVIDER_TYPE, name: host, props: { host: `ssh://root@${host}:22`, sshOpts: JSON.stringify(sshOpts) } };
}

export function stackWith({ containers, files }: StackFacts): SeenResource[] {
  return [...containers.map(containerWith), ...files.map(deliveryWith)];
}
