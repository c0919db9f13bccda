import type { ClusterConfig } from "../config/config";
import { foldHosts } from "../hostlist/hostlist";
import type { ConfigProblem } from "../problems/errors";
import { groupBy } from "../text/group-by";
import { shortName } from "./component-id";

/** What daemons dial a host by: `{host}-iw` is `cygnus-01-iw`, `{short}-ib0.{domain}` of `node1.cluster.example` is `node1-ib0.cluster.example`. */
export function interconnectName({ interconnect }: Pick<ClusterConfig, "interconnect">, host: string): string {
  const short = shortName(host);
  return interconnect
    .replaceAll("{host}", host)
    .replaceAll("{short}", short)
    .replaceAll("{domain}", host.slice(short.length + 1));
}

/** The same for every host, for a script that knows its name: `@` stands for the name, `%` for the short one, `+` for the domain. */
export function interconnectPattern({ interconnect }: Pick<ClusterConfig, "interconnect">): string {
  return interconnect.replace("{host}", "@").replace("{short}", "%").replace("{domain}", "+");
}

/** Whether it has the short name, and so cannot be told from the name by putting something around it. */
export function isByShortName({ interconnect }: Pick<ClusterConfig, "interconnect">): boolean {
  return interconnect.includes("{short}");
}

type Check = (template: string, hosts: readonly string[]) => Omit<ConfigProblem, "path"> | undefined;

const ADDRESS = /^[0-9]+(\.[0-9]+){3}$/;

const CHECKS: readonly Check[] = [appendedToDomain, withoutDomain, shortAddress, sameTwice];

/** Names that nobody has meant: the first of these that holds. @param hosts that run something */
export function checkInterconnect(path: string, interconnect: string, hosts: readonly string[]): ConfigProblem[] {
  const problems = CHECKS.flatMap((check) => check(interconnect, hosts) ?? []);
  return problems.slice(0, 1).map((problem) => ({ path, ...problem }));
}

function appendedToDomain(template: string, hosts: readonly string[]): ReturnType<Check> {
  const [, tail] = /\{host\}([^.].*)$/.exec(template) ?? [];
  const dotted = hosts.filter((host) => host.includes("."));
  if (tail === undefined || dotted.length === 0) return undefined;
  const meant = template.replace(`{host}${tail}`, `{short}${tail}.{domain}`);
  const help = dotted.every(isAddress)
    ? "name the hosts by names, and give `ssh.address` their addresses"
    : `\`${meant}\`, or \`{short}\` alone`;
  return { message: `\`${template}\` adds to the domain of \`${foldHosts(dotted)}\``, help };
}

function withoutDomain(template: string, hosts: readonly string[]): ReturnType<Check> {
  const bare = hosts.filter((host) => !host.includes("."));
  if (!template.includes("{domain}") || bare.length === 0) return undefined;
  return { message: `there is no domain in the name of \`${foldHosts(bare)}\``, help: "write the domain in the place of `{domain}`" };
}

function shortAddress(template: string, hosts: readonly string[]): ReturnType<Check> {
  const addresses = hosts.filter(isAddress);
  if (template.includes("{host}") || addresses.length === 0) return undefined;
  return {
    message: `an address has no short name: \`${foldHosts(addresses)}\``,
    help: "name the hosts by names, and give `ssh.address` their addresses",
  };
}

function sameTwice(template: string, hosts: readonly string[]): ReturnType<Check> {
  const alike = [...groupBy(hosts, (host) => interconnectName({ interconnect: template }, host)).values()].filter(
    (same) => same.length > 1,
  );
  if (alike.length === 0) return undefined;
  return { message: `gives several hosts one name: \`${foldHosts(alike.flat())}\``, help: "tell them apart by `{host}` or `{domain}`" };
}

function isAddress(host: string): boolean {
  return ADDRESS.test(host);
}
