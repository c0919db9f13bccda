import { isIP } from "node:net";
import { BadInputError } from "../../plan/problems/errors";

/** Where the portal listens, and who is in front of it; as the options of `ldms portal` say it. */
export interface ServingOptions {
  /** `127.0.0.1:8080`, `[::1]:8080` */
  readonly listen?: string;
  readonly socket?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly behindProxy?: boolean;
  /** Names by which the page is reached. */
  readonly host?: readonly string[];
  readonly userHeader?: string;
  readonly trustedProxy?: string;
  readonly access?: string;
  readonly readOnly?: boolean;
}

export interface ListenAddress {
  readonly address: string;
  readonly port: number;
}

const DEFAULT_LISTEN = "127.0.0.1:8080";
const HOST_NAME = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i;
const HEADER_NAME = /^[a-z][a-z0-9-]*$/i;

/** @returns undefined for a socket. @throws BadInputError with everything that is wrong */
export function checkServing(options: ServingOptions): ListenAddress | undefined {
  const { listen = DEFAULT_LISTEN, socket, tlsCert, tlsKey, behindProxy = false, host = [], userHeader, trustedProxy, access } = options;
  const place = socket === undefined ? parseListen(listen) : undefined;
  const isOpen = place !== undefined && !isLoopback(place.address);
  const hasTls = tlsCert !== undefined && tlsKey !== undefined;
  const checks: readonly (readonly [isWrong: boolean, problem: string, help: string])[] = [
    [socket !== undefined && options.listen !== undefined, "--socket: cannot be given with --listen", "give one of the two"],
    [
      socket === undefined && place === undefined,
      `--listen: is no address and port: \`${listen}\``,
      "write ADDRESS:PORT, as 127.0.0.1:8080",
    ],
    [(tlsCert === undefined) !== (tlsKey === undefined), "--tls-cert: comes with --tls-key", "give both, or none"],
    [socket !== undefined && hasTls, "--tls-cert: a socket has no TLS", "leave it out"],
    [
      isOpen && !hasTls && !behindProxy,
      `--listen: \`${listen}\` is reached from other machines, and what goes there can be read on the way`,
      "give --tls-cert and --tls-key, or --behind-proxy, or listen on 127.0.0.1",
    ],
    [
      (isOpen || behindProxy) && host.length === 0,
      "--host: by which name the page is reached is not said",
      "give --host portal.example.org",
    ],
    ...host.map((name) => [!HOST_NAME.test(name), `--host: is no name of a machine: \`${name}\``, "leave scheme and port out"] as const),
    [
      userHeader !== undefined && !HEADER_NAME.test(userHeader),
      `--user-header: is no name of a header: \`${userHeader}\``,
      "letters, digits and `-`, as X-Remote-User",
    ],
    [userHeader !== undefined && !behindProxy, "--user-header: is for a portal behind a proxy", "give --behind-proxy as well"],
    [userHeader !== undefined && access === undefined, "--user-header: who may do what is not said", "give --access FILE"],
    [
      userHeader !== undefined && socket === undefined && trustedProxy === undefined,
      "--user-header: everybody who reaches the port could say who they are",
      "give --socket, or --trusted-proxy with the proxy's address",
    ],
    [trustedProxy !== undefined && isIP(trustedProxy) === 0, `--trusted-proxy: is no IP address: \`${trustedProxy}\``, "as 192.0.2.7"],
    [
      trustedProxy !== undefined && isLoopback(trustedProxy),
      `--trusted-proxy: \`${trustedProxy}\` is every user of this machine`,
      "give --socket, and let the proxy alone write to it",
    ],
    [trustedProxy !== undefined && userHeader === undefined, "--trusted-proxy: is for --user-header", "give both, or none"],
  ];
  const wrong = checks.filter(([isWrong]) => isWrong).map(([, problem, help]) => `${problem}\nhelp: ${help}`);
  if (wrong.length > 0) throw new BadInputError(wrong.join("\n"));
  return place;
}

function parseListen(text: string): ListenAddress | undefined {
  const [, v6, v4, digits = ""] = /^(?:\[([0-9a-f:.]+)\]|([0-9.]+)):(\d{1,5})$/i.exec(text) ?? [];
  const address = v6 ?? v4 ?? "";
  const port = Number(digits);
  return isIP(address) === 0 || port > 65_535 ? undefined : { address, port };
}

export function isLoopback(address: string): boolean {
  return /^127\./.test(address) || address === "::1";
}
