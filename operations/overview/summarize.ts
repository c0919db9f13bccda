import { ROLES } from "../../plan/containers/roles";
import type { Role } from "../../plan/model/container";
import { groupBy } from "../../plan/text/group-by";
import { foundName, isOtherImage, shortName } from "../observe/other-image";
import { type ContainerStatus, type HostFailure, isWell, type StatusReport } from "../observe/status";
import { textOf, textOfAny } from "../reach/fold-by-text";

/** A stack in as many lines as it has roles and causes, however many hosts. */
export interface StatusSummary {
  readonly hosts: number;
  readonly wellHosts: number;
  /** Those of the plan, in the order in which data flows. */
  readonly roles: readonly RoleSummary[];
  /** What is not well, hosts with the same together, those with most hosts first; behind it what is well and not as planned. */
  readonly causes: readonly StatusCause[];
}

export interface StatusCause {
  readonly text: string;
  readonly hosts: readonly string[];
  /** It does its work all the same. */
  readonly isNote: boolean;
}

export interface RoleSummary {
  readonly role: string;
  readonly wanted: number;
  readonly well: number;
  /** As engines that were asked count them. */
  readonly restarts: number;
  /** Images that it is made from: `ldms-samp:4.5.4`. */
  readonly images: readonly string[];
  /** Containers that run another one. */
  readonly otherImages: number;
  /** Of the oldest thing that is told of it, in seconds. */
  readonly ageSeconds: number;
}

/** @param ageSeconds of what engines said of the containers themselves */
export function summarize({ containers, failures }: StatusReport, ageSeconds: number): StatusSummary {
  const hosts = new Set(containers.map(({ host }) => host));
  const notWell = new Set([...failures, ...containers.filter((one) => !one.isPlanned || !isWell(one))].map(({ host }) => host));
  const planned = groupBy(
    containers.filter(({ isPlanned }) => isPlanned),
    ({ role }) => role,
  );
  const order = Object.keys(ROLES);
  const roles = [...planned].sort(([a], [b]) => order.indexOf(a as Role) - order.indexOf(b as Role));
  return {
    hosts: hosts.size,
    wellHosts: hosts.size - notWell.size,
    roles: roles.map(([role, own]) => summarizeRole(role, own, ageSeconds)),
    causes: foldCauses([...failures.map(tellFailure), ...containers.flatMap(tellContainer)]),
  };
}

function summarizeRole(role: string, own: readonly ContainerStatus[], ageSeconds: number): RoleSummary {
  let restarts = 0;
  let oldest = 0;
  for (const one of own) {
    restarts += one.restarts ?? 0;
    oldest = Math.max(oldest, one.ageSeconds ?? ageSeconds);
  }
  return {
    role,
    wanted: own.length,
    well: own.filter(isWell).length,
    restarts,
    images: [...new Set(own.flatMap(({ imageWanted }) => (imageWanted === undefined ? [] : [shortName(imageWanted)])))].sort(),
    otherImages: own.filter((one) => hasOtherImage(one)).length,
    ageSeconds: oldest,
  };
}

interface ToldLine {
  readonly host: string;
  readonly text: string;
  readonly isNote?: boolean;
}

function foldCauses(lines: readonly ToldLine[]): StatusCause[] {
  const causes = [...groupBy(lines, textOfAny)].map(([text, alike]): StatusCause => {
    const hosts = [...new Set(alike.map(({ host }) => host))];
    return { text: textOf(text, hosts), hosts, isNote: alike[0]!.isNote === true };
  });
  return causes.sort((a, b) => Number(a.isNote) - Number(b.isNote) || b.hosts.length - a.hosts.length);
}

function tellFailure({ host, message }: HostFailure): ToldLine {
  return { host, text: message };
}

/** What a host's failure says is not said of its containers again. */
function tellContainer(one: ContainerStatus): ToldLine[] {
  const { host, container, isPlanned, state, health, imageWanted } = one;
  const word = state === "running" && health !== "none" ? health : state;
  if (!isPlanned) return [{ host, text: `${container} is ${word}, and not in the plan` }];
  return [
    ...(isWell(one) || state === "unknown" ? [] : [{ host, text: `${container} is ${word}` }]),
    ...(hasOtherImage(one)
      ? [{ host, text: `${container} runs ${foundName(one)}, wanted is ${shortName(imageWanted!)}`, isNote: true }]
      : []),
  ];
}

function hasOtherImage({ image, imageWanted, ...found }: ContainerStatus): boolean {
  return imageWanted !== undefined && image !== undefined && isOtherImage(found, imageWanted);
}
