import type { PlannedContainer } from "./container";
import type { PlannedFile } from "./file";

export interface PlannedHost {
  /** The name it is managed by: `cygnus-01`. */
  readonly name: string;
  /** The name daemons connect to: `cygnus-01-iw`. */
  readonly interconnectName: string;
  readonly connection: PlannedConnection;
  /** `rack7:5000`: where it pulls images from instead of their own registry. */
  readonly mirror?: string;
  /** In the order in which the host starts them. */
  readonly containers: readonly PlannedContainer[];
  /** TCP ports that this deployment's containers listen on at this host, sorted. */
  readonly ports: readonly PlannedPort[];
  /** Files below `/var/lib/ldms/STACK/`, sorted by path; delivered as one resource. */
  readonly files: readonly PlannedFile[];
  /** Named volumes that outlive their containers, sorted. */
  readonly volumes: readonly string[];
}

export interface PlannedPort {
  readonly port: number;
  readonly container: string;
  /** `ldmsd`, `http`, `etcd`: for messages. */
  readonly purpose: string;
}

/** A login node, and the one before it. */
export interface Jump {
  readonly address: string;
  readonly user: string;
  readonly port: number;
  readonly jump?: Jump;
}

export type PlannedConnection = { readonly kind: "local" } | SshConnection;

export interface SshConnection {
  readonly kind: "ssh";
  /** Name or address to dial: `198.18.0.11`. */
  readonly address: string;
  readonly user: string;
  readonly port: number;
  /** The login is not root's, and becomes root by this. */
  readonly become?: "sudo";
  /**
   * What the files below are relative to; absent: the folder in which the process runs. A plan has none, for it is the same in every checkout;
   * `locatePlan` sets it for who dials.
   */
  readonly folder?: string;
  /** Whose host it is, for what is to be typed next; `locatePlan` sets it, too. */
  readonly stack?: string;
  /** Private key file on the machine that runs; absent: the agent's keys. */
  readonly keyFile?: string;
  /** Pinned host keys; absent: the first key seen is not checked and preview says so. */
  readonly knownHostsFile?: string;
  /** OpenSSH's list: `curve25519-sha256`; absent: its default. */
  readonly kexAlgorithms?: string;
  readonly jump?: Jump;
  readonly connectTimeoutSeconds: number;
}
