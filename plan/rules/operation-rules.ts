import { SAMPLER } from "./examples";
import type { ContainerFacts } from "./facts";
import { cis, pss } from "./frameworks";
import { readListeners } from "./listeners";
import type { RuleParameters } from "./parameters";
import { isLdmsd, isOurs, nameOf, quoted } from "./role-of-container";
import type { Rule } from "./rule";

const RESTARTS = ["unless-stopped", "always", "on-failure"];
/** Drivers that write files on the host, and so have to be told when to stop. */
const FILE_DRIVERS = ["json-file", "local"];
const LOW_PORTS_END = 1024;
const LOOPBACK = /^(localhost|127\..*|::1|\[::1\])$/;

function unlistedPorts(facts: ContainerFacts, { lowPorts }: RuleParameters): number[] {
  return readListeners(facts).flatMap(({ port }) => (port < LOW_PORTS_END && !lowPorts.includes(port) ? [port] : []));
}

/** The value of `-a` or `--default_auth`; ldmsd's default is none. */
function readAuth(argv: readonly string[]): string {
  const values = argv.flatMap((word, i) => {
    const value = word === "-a" || word === "--default_auth" ? argv[i + 1] : /^(?:-a|--default_auth=)(.+)$/.exec(word)?.[1];
    return value === undefined ? [] : [value];
  });
  return values.at(-1) ?? "none";
}

/** `-x sock:411:localhost` is heard on its host alone. */
function leavesHost({ argv }: ContainerFacts): boolean {
  const texts = argv.flatMap((word, i) =>
    word === "-x" || word === "--xprt" ? (argv[i + 1] ?? []) : (/^(?:-x|--xprt=)(.+)$/.exec(word)?.[1] ?? []),
  );
  return texts.some((text) => !LOOPBACK.test(/^[^:]+:[0-9]+:(.+)$/.exec(text)?.[1] ?? ""));
}

const EVERYWHERE = ["plan", "resources", "audit"] as const;

export const OPERATION_RULES: readonly Rule<ContainerFacts>[] = [
  {
    name: "restarts-by-itself",
    description: "A container comes back after a failure and after its host's start.",
    severity: "medium",
    enforcement: "mandatory",
    frameworks: [cis("5.15")],
    readers: EVERYWHERE,
    applies: isOurs,
    holds: ({ restart }) => RESTARTS.some((policy) => restart === policy || restart?.startsWith(`${policy}:`)),
    message: (facts) => `${nameOf(facts)} does not come back: restart policy \`${facts.restart ?? "no"}\``,
    help: "give the container the restart policy `unless-stopped`",
    examples: { breaking: { ...SAMPLER, restart: "no" }, passing: SAMPLER },
  },
  {
    name: "log-limited",
    description: "A container's log on its host has a size that it does not exceed.",
    severity: "medium",
    enforcement: "mandatory",
    readers: EVERYWHERE,
    applies: isOurs,
    holds: ({ log }) => !FILE_DRIVERS.includes(log.driver ?? "json-file") || /^[1-9][0-9]*[kmg]?$/i.test(log.maxSize ?? ""),
    message: (facts) =>
      `${nameOf(facts)} logs without an end: driver \`${facts.log.driver ?? "of the engine"}\`, size \`${facts.log.maxSize ?? "any"}\``,
    help: "set the log option `max-size`",
    examples: { breaking: { ...SAMPLER, log: { driver: "json-file", maxSize: undefined } }, passing: SAMPLER },
  },
  {
    name: "has-health-check",
    description: "A container has a health check: batches wait for it, and `ldms status` reads it.",
    severity: "medium",
    enforcement: "mandatory",
    frameworks: [cis("5.27")],
    readers: EVERYWHERE,
    applies: isOurs,
    holds: ({ healthCheck }) => healthCheck !== undefined && healthCheck.length > 0 && healthCheck[0] !== "NONE",
    message: (facts) => `${nameOf(facts)} has no health check: \`${facts.healthCheck?.join(" ") ?? "none"}\``,
    help: "leave the health check that the deployment gives it",
    examples: { breaking: { ...SAMPLER, healthCheck: ["NONE"] }, passing: SAMPLER },
  },
  {
    name: "memory-limited",
    description: "A container has a limit of its memory, so that it does not take the jobs'.",
    severity: "medium",
    enforcement: "advisory",
    frameworks: [cis("5.11")],
    readers: EVERYWHERE,
    applies: isOurs,
    holds: ({ memoryMib }) => memoryMib !== undefined,
    message: (facts) => `${nameOf(facts)} has no limit of its memory`,
    help: "give the container a memory limit",
    examples: { breaking: { ...SAMPLER, memoryMib: undefined }, passing: SAMPLER },
  },
  {
    name: "low-ports-listed",
    description: "Only the UI, ldmsd and what is listed listen on ports below 1024.",
    severity: "low",
    enforcement: "advisory",
    frameworks: [cis("5.8"), pss("Host Ports")],
    readers: EVERYWHERE,
    parameters: ["lowPorts"],
    applies: isOurs,
    holds: (facts, parameters) => unlistedPorts(facts, parameters).length === 0,
    message: (facts, parameters) => `${nameOf(facts)} listens below port 1024: ${quoted(unlistedPorts(facts, parameters))}`,
    help: "give it a port from 1024 on, or list its port by the policy's `lowPorts`",
    examples: { breaking: { ...SAMPLER, argv: ["-x", "sock:23", "-a", "munge", "-m", "4M"] }, passing: SAMPLER },
  },
  {
    name: "ldmsd-authenticates",
    description: "An ldmsd that other hosts can reach authenticates them.",
    severity: "high",
    enforcement: "advisory",
    readers: EVERYWHERE,
    applies: (facts) => isLdmsd(facts) && leavesHost(facts),
    holds: ({ argv }) => readAuth(argv) !== "none",
    message: (facts) => `${nameOf(facts)} accepts anyone who reaches its port: authentication \`none\``,
    help: "set `munge.mode` to `host` or `key`, or `auth: ovis`",
    examples: { breaking: { ...SAMPLER, argv: ["-x", "sock:411", "-m", "4M"] }, passing: SAMPLER },
  },
];
