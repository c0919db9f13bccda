import { setTimeout as sleep } from "node:timers/promises";
import { longestConnectSeconds, sshDestination, sshOpts } from "../../plan/hosts/ssh";
import type { PlannedContainer } from "../../plan/model/container";
import { type DeploymentPlan, findHost, listContainers } from "../../plan/model/deployment-plan";
import type { PlannedHost, SshConnection } from "../../plan/model/host";
import { BadInputError } from "../../plan/problems/errors";
import { isAnyAddress } from "../../plan/ui/ui";
import { OperationError } from "../common/operation-error";
import { claimLocalPort } from "../reach/local-port";
import { type SshProcess, startSsh } from "../reach/ssh-process";

export type TunnelService = "grafana" | "ui";

export interface TunnelArgs {
  /** `[user@]host[:port]` of a login node to go through; the stack's own jump host is used without it. */
  readonly via?: string;
  /** 1 to 65535. @default a free one */
  readonly localPort?: number;
  /** Closes the tunnel. */
  readonly signal?: AbortSignal;
}

export interface Tunnel extends SshProcess {
  /** `http://127.0.0.1:40123/` */
  readonly url: string;
}

/** Time for ssh to connect and the service to answer, on top of the connection's own limit. */
const ANSWER_SECONDS = 15;
const PAUSE_MS = 200;
const ONE_ANSWER_MS = 2000;

/** Where the service listens, as its own host sees it. */
interface Target {
  readonly host: PlannedHost;
  readonly address: string;
  readonly port: number;
}

/**
 * Forwards a local port to a service's host, and returns once the service answers through it.
 *
 * @throws BadInputError when the stack has no such service; OperationError when it does not answer; RemoteCommandError when ssh fails
 */
export async function openTunnel(plan: DeploymentPlan, service: TunnelService, args: TunnelArgs = {}): Promise<Tunnel> {
  args.signal?.throwIfAborted();
  const target = findTarget(plan, service);
  if (target.host.connection.kind === "local") {
    return { url: `http://${target.address}:${target.port}/`, ended: Promise.resolve(), close: () => Promise.resolve() };
  }
  const { name, connection } = target.host;
  const localPort = await claimLocalPort(args.localPort);
  const argv = tunnelArgv(connection, { ...target, localPort, ...(args.via !== undefined && { via: args.via }) });
  const { ended, close } = startSsh({ name, connection }, argv);
  args.signal?.addEventListener("abort", () => void close(), { once: true });
  const url = `http://127.0.0.1:${localPort}/`;
  const seconds = longestConnectSeconds(connection) + ANSWER_SECONDS;
  const done = new AbortController();
  const stop = AbortSignal.any([done.signal, AbortSignal.timeout(seconds * 1000), ...(args.signal ? [args.signal] : [])]);
  try {
    const answers = await Promise.race([waitForAnswer(url, stop), ended]);
    args.signal?.throwIfAborted();
    if (answers) return { url, ended, close };
  } catch (error) {
    await close();
    throw error;
  } finally {
    done.abort();
  }
  await close();
  const help = `\`ldms status -s ${plan.stack}\` shows whether it runs`;
  throw new OperationError("ldms tunnel", `${service} on ${target.host.name} does not answer within ${seconds} s`, help);
}

function findTarget(plan: DeploymentPlan, service: TunnelService): Target {
  const container = listContainers(plan).find(({ role }) => role === service);
  const host = container && findHost(plan, container.host);
  const port = host?.ports.find((planned) => planned.container === container?.name)?.port;
  if (!container || !host || port === undefined)
    throw BadInputError.of(
      "ldms tunnel",
      `the stack \`${plan.stack}\` has no ${service}`,
      `\`ldms:${service}: { host: … }\` in Pulumi.${plan.stack}.yaml`,
    );
  const address = listenAddress(container);
  return { host, port, address: isAnyAddress(address) ? "127.0.0.1" : (address as string) };
}

/** What the plan told grafana by its environment and uwsgi by an argument; absent: everywhere. */
function listenAddress({ env, argv }: PlannedContainer): string | undefined {
  const socket = argv.find((word) => word.startsWith("--http-socket="))?.slice("--http-socket=".length);
  return env["GF_SERVER_HTTP_ADDR"] ?? (socket?.slice(0, socket.lastIndexOf(":")) || undefined);
}

interface Forwarding {
  readonly localPort: number;
  /** As the service's host sees it. */
  readonly address: string;
  readonly port: number;
  readonly via?: string;
}

/** `ssh … -N -L 127.0.0.1:40123:127.0.0.1:3000 root@cygnus-07` */
export function tunnelArgv(connection: SshConnection, { localPort, address, port, via }: Forwarding): [string, ...string[]] {
  const way = via === undefined ? connection : { ...connection, jump: parseVia(via, connection.user) };
  const forwarding = ["-o", "ExitOnForwardFailure=yes", "-N", "-L", `127.0.0.1:${localPort}:${address}:${port}`];
  return ["ssh", ...sshOpts(way), ...forwarding, sshDestination(connection)];
}

function parseVia(text: string, defaultUser: string): NonNullable<SshConnection["jump"]> {
  const url = URL.canParse(`ssh://${text}`) ? new URL(`ssh://${text}`) : undefined;
  if (!url?.hostname || url.pathname !== "" || url.password !== "") {
    throw BadInputError.of("ldms tunnel", `not a login node: \`${text}\``, "`--via [user@]host[:port]`");
  }
  const address = url.hostname.replace(/^\[|\]$/g, "");
  return { address, user: decodeURIComponent(url.username) || defaultUser, port: Number(url.port || 22) };
}

/** Any HTTP answer will do: a login page is one. @returns false when the signal came first */
async function waitForAnswer(url: string, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    const answer = await fetch(url, { redirect: "manual", signal: AbortSignal.any([signal, AbortSignal.timeout(ONE_ANSWER_MS)]) }).catch(
      () => undefined,
    );
    await answer?.body?.cancel();
    if (answer) return true;
    await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined);
  }
  return false;
}
