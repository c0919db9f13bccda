import type { Role } from "../../plan/model/container";
import { type DeploymentPlan, listContainers } from "../../plan/model/deployment-plan";
import type { AggregatorCheck } from "../observe/aggregators";
import type { StoreCheck } from "../observe/verify";
import { type ChainAnswers, isFault, type Place, placeKey } from "./answers";
import type { Broken, BrokenEdge } from "./broken";
import { type Cause, type Fault, type FoundFault, foldCauses, type Link } from "./cause";
import { type EdgeOfSampler, nameEdgeFaults } from "./edge-faults";
import { findStoreFaults } from "./store-faults";
import type { WalkedSampler } from "./walk";

export interface Evidence {
  readonly answers: ChainAnswers;
  readonly walked: readonly WalkedSampler[];
  readonly checks: readonly StoreCheck[];
  readonly aggregators: readonly AggregatorCheck[];
}

/** What a service is a link of; the others are links by what is wrong with them. */
const LINK_OF: Readonly<Partial<Record<Role, Link>>> = { maestro: "producer", dsosd: "dsosd", ui: "ui", grafana: "grafana" };

/** Every first broken link, and nothing behind one. Pure: same plan and evidence, same causes. */
export function findCauses(plan: DeploymentPlan, { answers, walked, checks, aggregators }: Evidence): Cause[] {
  const arrived = findArrived(plan, checks);
  const ofSamplers = walked.flatMap(({ sampler, broken }) =>
    broken.flatMap((one) => (isKnownOtherwise(one) && arrived.has(sampler.host) ? [] : [{ sampler: sampler.host, broken: one }])),
  );
  const maestro = findBrokenMaestro(plan, answers);
  const places = ofSamplers.flatMap(({ sampler, broken }): FoundFault[] => {
    if (broken.kind === "place") return [placeFault(broken.place, broken.fault, [sampler])];
    return maestro && isMaestros(broken) ? [placeFault(maestro.place, maestro.fault, [sampler])] : [];
  });
  const edges = ofSamplers.flatMap(({ sampler, broken }): EdgeOfSampler[] =>
    broken.kind === "place" || (maestro && isMaestros(broken)) ? [] : [{ sampler, broken }],
  );
  const daemonOf = new Map(plan.daemons.map((daemon) => [placeKey(daemon), daemon]));
  const broken = new Set(ofSamplers.map(({ sampler }) => sampler));
  return foldCauses([
    ...places,
    ...nameEdgeFaults(edges, { stack: plan.stack, answers, daemonOf }),
    // Aggregators that nothing is behind, or nothing that is well.
    ...[...answers.aggregators].flatMap(([key, answer]) => (isFault(answer) ? [placeFault(placeOf(key), answer, [])] : [])),
    ...findStoreFaults(plan, { answers, checks, aggregators, broken }),
    ...findServiceFaults(plan, answers),
  ]);
}

/** Hosts whose rows are in every store that awaits them, of which there is one. */
function findArrived({ stores }: Pick<DeploymentPlan, "stores">, checks: readonly StoreCheck[]): ReadonlySet<string> {
  const missing = new Set(checks.flatMap((check) => check.missing.map(({ host }) => host)));
  const read = new Set(checks.flatMap(({ present }) => present));
  return new Set(stores.flatMap(({ samplerHosts }) => samplerHosts.filter((host) => read.has(host) && !missing.has(host))));
}

/** A site's own ldms_cfg.yaml may call a producer by another name or address than the plan: whose rows arrive is somebody's. */
function isKnownOtherwise(broken: Broken): boolean {
  return broken.kind === "edge" && broken.edge.kind === "unknown-producer";
}

/** maestro where it does not work: what it has not said to an aggregator is no fault of that one. */
function findBrokenMaestro(
  plan: DeploymentPlan,
  { containers }: ChainAnswers,
): { readonly place: Place; readonly fault: Fault } | undefined {
  const maestro = listContainers(plan).find(({ role }) => role === "maestro");
  if (!maestro) return undefined;
  const place = { host: maestro.host, container: maestro.name };
  const fault = containers.get(placeKey(place))?.fault;
  return fault && { place, fault: ofService("producer", fault) };
}

function isMaestros({ edge }: BrokenEdge): boolean {
  return edge.kind === "unknown-producer" || edge.kind === "not-updated";
}

/** A container that does not work is a link by what it is for. */
function ofService(link: Link, fault: Fault): Fault {
  return fault.link === "container" ? { ...fault, link } : fault;
}

/** What is wrong with a host is wrong with all its containers alike. */
function placeFault(
  { host, container }: Place,
  fault: FoundFault | Omit<FoundFault, "host" | "samplers">,
  samplers: readonly string[],
): FoundFault {
  const { link, message, help } = fault;
  const isOfHost = link === "host" || link === "engine";
  return { host, ...(!isOfHost && { container }), link, message, help, samplers };
}

function placeOf(key: string): Place {
  const at = key.indexOf("/");
  return { host: key.slice(0, at), container: key.slice(at + 1) };
}

/** maestro and what shows the rows; a page is not blamed for what it asks. */
function findServiceFaults(plan: DeploymentPlan, { containers }: ChainAnswers): FoundFault[] {
  const services = listContainers(plan).flatMap(({ host, name, role }) => {
    const link = LINK_OF[role];
    const answer = containers.get(placeKey({ host, container: name }));
    return link && answer ? [{ place: { host, container: name }, role, link, answer }] : [];
  });
  const found = services.flatMap(({ place, role, link, answer: { fault } }) => {
    if (!fault) return [];
    return [{ role, fault: placeFault(place, ofService(link, fault), []) }];
  });
  const isBroken = (role: Role) => found.some((one) => one.role === role);
  const sources = services.flatMap(({ place, link, answer: { urlError } }) => {
    if (urlError === undefined || isBroken("ui") || isBroken("dsosd") || isBroken("grafana")) return [];
    const help = "the name and port of `ldms:ui` as Grafana's host knows them";
    return [placeFault(place, { link, message: `its data source does not answer: ${urlError}`, help }, [])];
  });
  return [...found.map(({ fault }) => fault), ...sources];
}
