import { ROLES } from "../containers/roles";
import type { ContainerFacts } from "./facts";

/** Where the images listen without a word. */
export const UI_PORT = 80;
export const GRAFANA_PORT = 3000;

export interface Transport {
  readonly xprt: string;
  readonly port: number;
}

/** Several rules ask for those of each container, and there may be 100,000. */
const known = new WeakMap<readonly string[], readonly Transport[]>();

/** `XPRT:PORT` of each `-x` in an ldmsd's argv: `{ xprt: "rdma", port: 411 }`. */
export function readTransports(argv: readonly string[]): readonly Transport[] {
  const transports = known.get(argv) ?? parseTransports(argv);
  known.set(argv, transports);
  return transports;
}

function parseTransports(argv: readonly string[]): Transport[] {
  return argv.flatMap((word, i) => {
    const value = word === "-x" || word === "--xprt" ? argv[i + 1] : /^(?:-x|--xprt=)(.+)$/.exec(word)?.[1];
    const [, xprt, port] = /^([^:]+):([0-9]+)/.exec(value ?? "") ?? [];
    return xprt === undefined ? [] : [{ xprt, port: Number(port) }];
  });
}

/** A TCP port of the host that a container listens on. */
export interface Listener {
  readonly port: number;
  /** The one address that it binds; absent: all of the host's. */
  readonly address?: string | undefined;
}

/** A dsosd's port is not among them: the host's portmapper gives it one. */
export function readListeners({ role, argv, env }: ContainerFacts): Listener[] {
  if (role === undefined) return [];
  if (ROLES[role].isLdmsd) return readTransports(argv).map(({ port }) => ({ port }));
  if (role === "ui") return [readHttpSocket(argv)];
  if (role === "grafana") return [{ port: Number(env["GF_SERVER_HTTP_PORT"] ?? GRAFANA_PORT), address: env["GF_SERVER_HTTP_ADDR"] }];
  return ROLES[role].fixedPorts.map((port) => ({ port }));
}

/** `--http-socket=127.0.0.1:8080` */
function readHttpSocket(argv: readonly string[]): Listener {
  const [, address, port] = argv.map((word) => /^--http-socket=(.*):([0-9]+)$/.exec(word)).findLast((match) => match !== null) ?? [];
  return { port: Number(port ?? UI_PORT), address };
}

/** Whether the second of two listeners of a host would be refused its port. */
export function collide(a: Listener, b: Listener): boolean {
  return a.port === b.port && (isAnyAddress(a.address) || isAnyAddress(b.address) || a.address === b.address);
}

function isAnyAddress(address: string | undefined): boolean {
  return address === undefined || address === "" || address === "0.0.0.0" || address === "::" || address === "[::]";
}
