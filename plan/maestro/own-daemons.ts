import type { z } from "zod";
import { authOf, type DaemonGroup } from "../daemons/daemon-group";
import { slotOf } from "../daemons/slots";
import { foldHosts } from "../hostlist/hostlist";
import { OVIS_SECRET_IN_CONTAINER } from "../model/places";
import type { OwnFileProblem } from "../yaml/own-file-problem";
import { type Dialled, listEndpoints, type OwnDaemons, type WrittenEndpoint } from "./ldms-cfg-form";

/** The daemons that a file of the site's speaks of are those that the stack starts, dialled as they listen. */
export function checkOwnDaemons({ daemons, aggregators }: z.output<typeof OwnDaemons>, groups: readonly DaemonGroup[]): OwnFileProblem[] {
  const written = daemons.flatMap(listEndpoints);
  const planned = groups.flatMap(listPlanned);
  const plannedAt = new Map([...planned, ...groups.flatMap(listFurther)].map((one) => [placeOf(one), one]));
  const writtenAt = new Set(written.map(placeOf));
  const own = written.filter((one) => plannedAt.has(placeOf(one)));
  const started = new Map(own.map((one) => [one.daemon, plannedAt.get(placeOf(one))!]));
  const talkedTo = new Set(written.filter(({ isTalkedTo }) => isTalkedTo).map(({ daemon }) => daemon));
  const others = written.filter((one) => !plannedAt.has(placeOf(one)));
  const isFurther = ({ daemon, isTalkedTo }: WrittenEndpoint) => !isTalkedTo && started.has(daemon);
  const further = others.filter(isFurther);
  const silent = aggregators.flatMap((entry) => entry.daemons).filter((daemon) => started.has(daemon) && !talkedTo.has(daemon));
  return [
    ...foldAlike(
      planned.filter((one) => !writtenAt.has(placeOf(one))),
      ({ port }) => `has no daemon at port ${port} of`,
    ),
    ...foldAlike(
      others.filter((one) => !isFurther(one)),
      ({ port }) => `has daemons that the stack does not start, at port ${port} of`,
    ),
    ...foldAlike(
      further.filter(({ daemon }) => !talkedTo.has(daemon)),
      ({ port }) => `has endpoints on which nobody has the daemons listen, at port ${port} of`,
      "`listeners` of the stack file does it, and maestro by an endpoint of the same daemon with `maestro_comm: true`",
    ),
    ...foldAlike(
      further.filter(({ daemon, auth }) => talkedTo.has(daemon) && auth !== "none" && auth !== started.get(daemon)!.auth),
      ({ auth, port }) => `the stack's daemons have no ${auth} for the endpoint at port ${port} of`,
    ),
    ...differences(own, plannedAt, "xprt"),
    ...differences(own, plannedAt, "auth"),
    ...foldAlike(
      [...own, ...further].filter(
        ({ daemon, auth, conf }) => auth === "ovis" && started.get(daemon)!.auth === auth && conf !== OVIS_SECRET_IN_CONTAINER,
      ),
      ({ conf }) =>
        `the secret of ovis is not where the containers have it, \`${OVIS_SECRET_IN_CONTAINER}\`, but ${conf === undefined ? "nowhere" : `\`${conf}\``}, at`,
      `auth: { name: ovis, plugin: ovis, conf: ${OVIS_SECRET_IN_CONTAINER} }`,
    ),
    ...(silent.length
      ? [{ message: `maestro is told to speak to none of the endpoints of \`${foldHosts(silent)}\``, help: "`maestro_comm: true` at one" }]
      : []),
  ];
}

function listPlanned(group: DaemonGroup): Dialled[] {
  const { xprt, interconnectNames } = group;
  return interconnectNames.map((host, index) => ({ host, port: group.port + slotOf(group, index), xprt, auth: authOf(group) }));
}

/** Those that each daemon's own file has it listen on, whether or not maestro's speaks of them. */
function listFurther(group: DaemonGroup): Dialled[] {
  return group.listeners.flatMap(({ interconnectNames, port, ...listener }) =>
    interconnectNames.map((host, index) => ({ ...listener, host, port: port + slotOf(group, index) })),
  );
}

function placeOf({ host, port }: Dialled): string {
  return `${host}:${port}`;
}

function differences(own: readonly WrittenEndpoint[], plannedAt: ReadonlyMap<string, Dialled>, field: "xprt" | "auth"): OwnFileProblem[] {
  const wanted = (one: Dialled) => plannedAt.get(placeOf(one))![field];
  return foldAlike(
    own.filter((one) => one[field] !== wanted(one)),
    (one) => `${field} is \`${one[field]}\`, in the stack \`${wanted(one)}\`, at`,
  );
}

/** One problem for all daemons of which the same is to be said. */
function foldAlike<T extends Dialled>(daemons: readonly T[], say: (daemon: T) => string, help?: string): OwnFileProblem[] {
  const hostsOf = new Map<string, string[]>();
  for (const daemon of daemons) {
    const text = say(daemon);
    if (!hostsOf.has(text)) hostsOf.set(text, []);
    hostsOf.get(text)!.push(daemon.host);
  }
  return [...hostsOf].map(([text, hosts]) => ({ message: `${text} \`${foldHosts(hosts)}\``, ...(help !== undefined && { help }) }));
}
