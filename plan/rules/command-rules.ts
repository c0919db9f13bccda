import type { Rule } from "./rule";

/** A command that runs on a host or on this machine. */
export interface CommandFacts {
  readonly host: string;
  /** Its resource's name: `cygnus-01-files`. */
  readonly name: string;
  /** Types of the components around it, the outermost first: `["ldms:index:Cluster", "ldms:index:Host"]`. */
  readonly owners: readonly string[];
  /** What `ps` may show and a state keeps in clear: its scripts, triggers and environment. */
  readonly shown: readonly string[];
  /** What of it may start a container that the rules cannot judge: "the option `--sysctl` of a `docker run`", "`podman run`". */
  readonly unread: readonly string[];
  /** base64 of the secrets that it is given on stdin. */
  readonly secrets: readonly string[];
}

/** How a host is reached. */
export interface ConnectionFacts {
  readonly host: string;
  /** The host's key is known beforehand. */
  readonly isPinned: boolean;
}

/** They run commands on hosts, and nothing else does. */
const OWNERS = ["ldms:index:Host", "ldms:index:FanOut"];
const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;
const ASSIGNED = /(?:^|[\s;&])(?:export\s+)?[A-Z_]*(?:PASSWORD|PASSWD|TOKEN|SECRET|MUNGE_KEY)=["']?[^\s"'$]/;

const DELIVERY: CommandFacts = {
  host: "cygnus-01",
  name: "cygnus-01-files",
  owners: ["ldms:index:Cluster", "ldms:index:Host"],
  shown: ["set -eu\nread -r content\n"],
  unread: [],
  secrets: ["MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="],
};

function showsSecret({ shown, secrets }: CommandFacts): boolean {
  const plain = secrets.map((secret) => Buffer.from(secret, "base64").toString("latin1"));
  return shown.some(
    (text) => PRIVATE_KEY.test(text) || ASSIGNED.test(text) || [...secrets, ...plain].some((secret) => text.includes(secret)),
  );
}

export const COMMAND_RULES: readonly Rule<CommandFacts>[] = [
  {
    name: "commands-belong-to-their-components",
    description: "A command on a host is one of the deployment's own: of a host or of the fan-out.",
    severity: "high",
    enforcement: "mandatory",
    readers: ["resources"],
    applies: () => true,
    holds: ({ owners }) => OWNERS.includes(owners.at(-1) ?? ""),
    message: ({ name, owners }) => `command \`${name}\` belongs to no component that runs commands: \`${owners.at(-1) ?? "the stack"}\``,
    help: "leave it out, or waive it with a reason",
    examples: { breaking: { ...DELIVERY, owners: [] }, passing: DELIVERY },
  },
  {
    name: "no-secret-on-a-command-line",
    description: "No command has a secret in its script, triggers or environment: it goes over stdin.",
    severity: "critical",
    enforcement: "mandatory",
    readers: ["resources"],
    applies: () => true,
    holds: (facts) => !showsSecret(facts),
    message: ({ name }) => `command \`${name}\` has a secret in its script or environment`,
    help: "hand it over on stdin",
    examples: { breaking: { ...DELIVERY, shown: [`printf ${DELIVERY.secrets[0]} | base64 -d >/etc/munge/munge.key`] }, passing: DELIVERY },
  },
  {
    name: "docker-runs-readable",
    description: "A command makes containers by `docker run` lines that the rules can judge, and by nothing else.",
    severity: "high",
    enforcement: "mandatory",
    readers: ["resources"],
    applies: () => true,
    holds: ({ unread }) => unread.length === 0,
    message: ({ name, unread }) => `command \`${name}\` may start a container that the rules cannot judge: ${unread.join(", ")}`,
    help: "write a `docker run` with the options that the fan-out uses, in words that need no shell to be read",
    examples: { breaking: { ...DELIVERY, unread: ["the option `--sysctl` of a `docker run`"] }, passing: DELIVERY },
  },
];

export const CONNECTION_RULES: readonly Rule<ConnectionFacts>[] = [
  {
    name: "host-keys-pinned",
    description: "The keys of the hosts are known beforehand: the first connection cannot be answered by another machine.",
    severity: "medium",
    enforcement: "advisory",
    readers: ["plan", "resources"],
    applies: () => true,
    holds: ({ isPinned }) => isPinned,
    message: () => "the host's key is not known beforehand",
    help: "set `ssh.knownHosts` to a known_hosts file of the hosts",
    examples: { breaking: { host: "cygnus-01", isPinned: false }, passing: { host: "cygnus-01", isPinned: true } },
  },
];
