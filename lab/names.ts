import { resolve } from "node:path";

/** On every container, network, volume and image of the lab, and on nothing else: what `lab:down` removes. */
export const LAB_LABEL = "ldms.lab=1";

/** Where images are pushed to and pulled from; plain HTTP, so an engine has to name it under `insecure-registries`. */
export const REGISTRY_ADDRESS = "198.18.0.5";
const REGISTRY_PORT = 5000;
/** `198.18.0.5:5000`, as image references begin. */
export const REGISTRY = `${REGISTRY_ADDRESS}:${REGISTRY_PORT}`;

export interface LabNetwork {
  readonly name: string;
  /** Of 198.18.0.0/15, set aside for tests of network equipment. @see https://www.rfc-editor.org/rfc/rfc2544 */
  readonly subnet: string;
}

/** Management: ssh, Docker, the registry. */
export const LAB_NETWORK: LabNetwork = { name: "ldms-lab", subnet: "198.18.0.0/24" };
/** Interconnect: what the `-iw` names lead to. */
export const LAB_INTERCONNECT: LabNetwork = { name: "ldms-lab-iw", subnet: "198.19.0.0/24" };

export interface LabHost {
  /** `cygnus-01`; its own host name, too. */
  readonly name: string;
  /** `198.18.0.11`: reached from this machine and from every host. */
  readonly address: string;
  /** `cygnus-01-iw` */
  readonly interconnectName: string;
  /** `198.19.0.11` */
  readonly interconnectAddress: string;
  /** On this machine's engine: `ldms-lab-cygnus-01`. */
  readonly container: string;
}

/** cygnus-01 to cygnus-08, in order. */
export const LAB_HOSTS: readonly LabHost[] = [1, 2, 3, 4, 5, 6, 7, 8].map((number) => ({
  name: `cygnus-0${number}`,
  address: `198.18.0.1${number}`,
  interconnectName: `cygnus-0${number}-iw`,
  interconnectAddress: `198.19.0.1${number}`,
  container: `ldms-lab-cygnus-0${number}`,
}));

export const hostNames: readonly string[] = LAB_HOSTS.map(({ name }) => name);

export const REGISTRY_CONTAINER = "ldms-lab-registry";
export const HOST_IMAGE = "ldms-lab/host";
export const REGISTRY_IMAGE = "ldms-lab/registry";
export const GRAFANA_BASE_IMAGE = "ldms-lab/grafana-standin:9.1.0";

/** The project's folder. */
export const PROJECT_FOLDER = resolve(__dirname, "..");

/** Made by `lab:up`, absolute, ignored by git. */
export const LAB_FOLDER = resolve(PROJECT_FOLDER, ".ldms/lab");
export const LAB_FILES = {
  /** Login as root on every host. */
  privateKey: resolve(LAB_FOLDER, "id_ed25519"),
  publicKey: resolve(LAB_FOLDER, "id_ed25519.pub"),
  /** The hosts' real keys, by name and by address. */
  knownHosts: resolve(LAB_FOLDER, "known_hosts"),
  /** `ssh -F .ldms/lab/ssh_config cygnus-01` */
  sshConfig: resolve(LAB_FOLDER, "ssh_config"),
  /** For the lab stack's secrets; outlives the hosts, as the stack's state does. */
  passphrase: resolve(LAB_FOLDER, "passphrase"),
  /** The one munge key of all hosts. */
  mungeKey: resolve(LAB_FOLDER, "munge.key"),
  /** Names this lab: hosts that carry another id have other keys. */
  id: resolve(LAB_FOLDER, "id"),
} as const;

/** @throws LabError for a name that is none of the lab's */
export function labHost(name: string): LabHost {
  const host = LAB_HOSTS.find((candidate) => candidate.name === name);
  if (!host) throw new LabError(name, "is no host of the lab", "the hosts are cygnus-01 to cygnus-08");
  return host;
}

/** The lab cannot be had, or not be reached; `subject` names the part. */
export class LabError extends Error {
  override readonly name = "LabError";
  constructor(
    readonly subject: string,
    readonly problem: string,
    readonly help?: string,
  ) {
    super(`${subject}: ${problem}${help ? `\n  help: ${help}` : ""}`);
  }
}
