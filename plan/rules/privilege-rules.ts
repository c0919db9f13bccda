import { ROLES } from "../containers/roles";
import { PROFILE_NEEDS } from "../profile/profile";
import { FolderSet } from "../text/host-path";
import { MAESTRO, SAMPLER } from "./examples";
import type { ContainerFacts } from "./facts";
import { cis, pss } from "./frameworks";
import type { RuleParameters } from "./parameters";
import { isLdmsd, isOurs, nameOf, quoted } from "./role-of-container";
import type { Rule } from "./rule";

/** Low ports, what the entrypoint takes to start munged or rpcbind as their own users, and to end them. */
const COMMON_CAPABILITIES = ["NET_BIND_SERVICE", "CHOWN", "DAC_READ_SEARCH", "KILL", "SETGID", "SETUID"];
const LDMSD_DEVICES = PROFILE_NEEDS.flatMap(({ devices = [] }) => devices.map(({ path }) => path));
/** Plugins that read what Docker hides, or other users' processes. */
const LDMSD_UNCONFINED = ["apparmor=unconfined", "systempaths=unconfined"];

function extraCapabilities(facts: ContainerFacts, { capabilities }: RuleParameters): string[] {
  const ofRole = [...(facts.role ? ROLES[facts.role].capabilities : []), ...(isLdmsd(facts) ? capabilities : [])];
  const allowed = [...COMMON_CAPABILITIES, ...ofRole];
  return facts.capabilities.add.filter((name) => !allowed.includes(name));
}

function extraDevices(facts: ContainerFacts, parameters: RuleParameters): string[] {
  if (facts.gpus !== undefined && !isLdmsd(facts)) return [...facts.devices, `GPUs: ${facts.gpus}`];
  if (facts.devices.length === 0) return [];
  const allowed = new FolderSet(isLdmsd(facts) ? [...LDMSD_DEVICES, ...parameters.devices] : []);
  return facts.devices.filter((path) => !allowed.holds(path));
}

/** Docker takes a colon for the sign of equality, too, and adds `label=disable` by itself where the host's processes are shared. */
function lifted(facts: ContainerFacts): string[] {
  const allowed = [...(isLdmsd(facts) ? LDMSD_UNCONFINED : []), ...(facts.pidMode === "host" ? ["label=disable"] : [])];
  const options = facts.securityOpts.map((option) => option.replace(":", "="));
  return options.filter((option) => /=(unconfined|disable)$/.test(option) && !allowed.includes(option));
}

/** Of a privileged container there is nothing to confine. */
function isConfined(facts: ContainerFacts): boolean {
  return isOurs(facts) && !facts.privileged;
}

const EVERYWHERE = ["plan", "resources", "audit"] as const;
const USE_MINIMAL = "set `ldms:profile: minimal`, which has it so";

export const PRIVILEGE_RULES: readonly Rule<ContainerFacts>[] = [
  {
    name: "not-privileged",
    description: "No container is privileged.",
    severity: "high",
    enforcement: "mandatory",
    frameworks: [cis("5.5"), pss("Privileged Containers")],
    readers: EVERYWHERE,
    byDesign: { reason: "`ldms:profile: privileged` runs containers as upstream does; `minimal` needs none", profile: "privileged" },
    applies: isOurs,
    holds: ({ privileged }) => !privileged,
    message: (facts) => `${nameOf(facts)} is privileged`,
    help: USE_MINIMAL,
    examples: { breaking: { ...SAMPLER, privileged: true }, passing: SAMPLER },
  },
  {
    name: "capabilities-allowed-for-role",
    description: "A container is given no capability that its role has no use for.",
    severity: "high",
    enforcement: "mandatory",
    frameworks: [cis("5.4"), pss("Capabilities")],
    readers: EVERYWHERE,
    parameters: ["capabilities"],
    applies: isOurs,
    holds: (facts, parameters) => extraCapabilities(facts, parameters).length === 0,
    message: (facts, parameters) => `${nameOf(facts)} is given capabilities: ${quoted(extraCapabilities(facts, parameters))}`,
    help: "leave them out, or allow an ldmsd's by the policy's `capabilities`",
    examples: { breaking: { ...SAMPLER, capabilities: { add: ["SYS_ADMIN"], drop: ["ALL"] } }, passing: SAMPLER },
  },
  {
    name: "capabilities-dropped",
    description: "A container that is not privileged drops all capabilities and is given those that it needs.",
    severity: "medium",
    enforcement: "advisory",
    frameworks: [cis("5.4"), pss("Capabilities", "Restricted")],
    readers: EVERYWHERE,
    applies: isConfined,
    holds: ({ capabilities }) => capabilities.drop.includes("ALL"),
    message: (facts) => `${nameOf(facts)} keeps Docker's default capabilities; it drops: ${quoted(facts.capabilities.drop) || "none"}`,
    help: USE_MINIMAL,
    examples: { breaking: { ...SAMPLER, capabilities: { add: [], drop: [] } }, passing: SAMPLER },
  },
  {
    name: "devices-allowed-for-role",
    description: "A container is given no device of the host that its role has no use for.",
    severity: "high",
    enforcement: "mandatory",
    frameworks: [cis("5.18")],
    readers: EVERYWHERE,
    parameters: ["devices"],
    applies: isOurs,
    holds: (facts, parameters) => extraDevices(facts, parameters).length === 0,
    message: (facts, parameters) => `${nameOf(facts)} is given devices: ${quoted(extraDevices(facts, parameters))}`,
    help: "leave them out, name an ldmsd's in its group's `devices`, or allow them by the policy's `devices`",
    examples: {
      breaking: { ...MAESTRO, devices: ["/dev/infiniband"] },
      passing: { ...SAMPLER, devices: ["/dev/infiniband/uverbs0"] },
    },
  },
  {
    name: "confinement-not-lifted",
    description:
      "No container that is not privileged is without Docker's seccomp, AppArmor or SELinux confinement; an ldmsd may see what its plugins read.",
    severity: "high",
    enforcement: "mandatory",
    frameworks: [cis("5.22"), pss("Seccomp"), pss("AppArmor")],
    readers: EVERYWHERE,
    applies: isConfined,
    holds: (facts) => lifted(facts).length === 0,
    message: (facts) => `${nameOf(facts)} is not confined: ${quoted(lifted(facts))}`,
    help: "leave the security option out",
    examples: {
      breaking: { ...SAMPLER, securityOpts: ["no-new-privileges", "seccomp=unconfined"] },
      passing: { ...SAMPLER, securityOpts: ["no-new-privileges", "apparmor=unconfined"] },
    },
  },
  {
    name: "no-new-privileges",
    description: "A container that is not privileged gains no privileges by a setuid program.",
    severity: "medium",
    enforcement: "advisory",
    frameworks: [cis("5.26"), pss("Privilege Escalation", "Restricted")],
    readers: EVERYWHERE,
    applies: isConfined,
    holds: ({ securityOpts }) => securityOpts.some((option) => /^no-new-privileges([:=]true)?$/.test(option)),
    message: (facts) => `${nameOf(facts)} may gain privileges; its security options: ${quoted(facts.securityOpts) || "none"}`,
    help: USE_MINIMAL,
    examples: { breaking: { ...SAMPLER, securityOpts: [] }, passing: SAMPLER },
  },
  {
    name: "root-file-system-read-only",
    description: "A container that is not privileged cannot write its root file system.",
    severity: "medium",
    enforcement: "advisory",
    frameworks: [cis("5.13")],
    readers: EVERYWHERE,
    applies: isConfined,
    holds: ({ readOnlyRootFilesystem }) => readOnlyRootFilesystem,
    message: (facts) => `${nameOf(facts)} can write its root file system`,
    help: USE_MINIMAL,
    examples: { breaking: { ...SAMPLER, readOnlyRootFilesystem: false }, passing: SAMPLER },
  },
  {
    name: "no-core-files",
    description: "No container leaves core files: the memory of a daemon holds credentials.",
    severity: "medium",
    enforcement: "mandatory",
    readers: EVERYWHERE,
    applies: isOurs,
    holds: ({ ulimits }) => ulimits["core"] === 0,
    message: (facts) => `${nameOf(facts)} may leave core files: limit \`${facts.ulimits["core"] ?? "of the engine"}\``,
    help: "set the container's limit `core` to 0",
    examples: { breaking: { ...SAMPLER, ulimits: {} }, passing: SAMPLER },
  },
];
