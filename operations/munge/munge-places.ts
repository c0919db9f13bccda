import { findMungeSocket } from "../../plan/auth/munge-socket";
import { canBeSpared } from "../../plan/containers/roles";
import { foldHosts } from "../../plan/hostlist/fold";
import { type DeploymentPlan, hostNamed } from "../../plan/model/deployment-plan";
import type { PlannedHost } from "../../plan/model/host";
import { MUNGE_FOLDER, MUNGE_KEY_IN_CONTAINER } from "../../plan/model/places";
import { checkMunge, type MungeWitness } from "../preflight/munge-check";
import { askHost, isDead } from "../reach/ask-hosts";
import { mapBounded } from "../reach/bounded";
import { foldByText } from "../reach/fold-by-text";
import type { RunOn } from "../reach/run-on-host";
import { withHosts } from "../reach/with-hosts";

/** Where a munged answers: a container with one of its own, or the host that lends its socket to its containers. */
interface MungePlace {
  readonly host: PlannedHost;
  /** Absent: the host itself. */
  readonly container?: string;
}

/** Do all of a stack's munged speak with each other? JSON as it is; holds neither key nor credential. */
export interface MungeReport {
  readonly stack: string;
  readonly places: readonly {
    readonly host: string;
    /** Absent: the host's own munged. */
    readonly container?: string;
    readonly state: "ok" | "problem" | "dead";
    /** Free of host and container. */
    readonly message?: string;
  }[];
}

/** For `docker exec` and a munged that hangs, on top of connecting. */
const MAKE_SECONDS = 10;

/** Has every munged of the stack make a credential, and one's decoded by all others: the same key, the same time, and an answer everywhere. */
export async function checkMungePlaces(plan: DeploymentPlan, signal?: AbortSignal): Promise<MungeReport> {
  const places = plan.hosts.map((host) => listPlaces(host));
  return withHosts(async (run) => {
    // The places of a host one after the other: the first makes the connection that the others use.
    const answers = (await mapBounded(places, (ofHost) => askEach(run, ofHost, signal))).flat();
    const byName = new Map(answers.map(({ place }) => [nameOf(place), place]));
    const witnesses = answers.flatMap(({ place, credential }): MungeWitness[] =>
      credential === undefined
        ? []
        : [{ target: { name: nameOf(place), connection: place.host.connection }, credential, socket: socketOf(place) }],
    );
    const inPlace: RunOn = ({ name }, command, limits) => {
      const place = byName.get(name);
      if (!place || !("argv" in command)) throw new TypeError(`no munge is known by the name \`${name}\``);
      return run(place.host, { ...command, argv: argvIn(place, command.argv) }, limits);
    };
    const refusals = await checkMunge(inPlace, witnesses);
    return {
      stack: plan.stack,
      places: answers.map(({ place, failure }) => {
        const refusal = refusals.get(nameOf(place))?.message;
        const found = failure ?? (refusal === undefined ? { state: "ok" as const } : { state: "problem" as const, message: refusal });
        return { host: place.host.name, ...(place.container !== undefined && { container: place.container }), ...found };
      }),
    };
  });
}

function listPlaces(host: PlannedHost): MungePlace[] {
  const mounting = (path: string) => host.containers.filter(({ mounts }) => mounts.some(({ containerPath }) => containerPath === path));
  return [
    ...(mounting(MUNGE_FOLDER).length > 0 ? [{ host }] : []),
    ...mounting(MUNGE_KEY_IN_CONTAINER).map(({ name }) => ({ host, container: name })),
  ];
}

/** A container's own munged listens where munge looks by itself. */
function socketOf({ host, container }: MungePlace): string | undefined {
  return container === undefined ? findMungeSocket(host.containers) : undefined;
}

function nameOf({ host, container }: MungePlace): string {
  return container === undefined ? host.name : `${host.name}/${container}`;
}

function argvIn({ container }: MungePlace, argv: readonly [string, ...string[]]): readonly [string, ...string[]] {
  return container === undefined ? argv : ["docker", "exec", "--interactive", container, ...argv];
}

interface Answer {
  readonly place: MungePlace;
  readonly credential?: string;
  readonly failure?: { readonly state: "problem" | "dead"; readonly message: string };
}

async function askEach(run: RunOn, places: readonly MungePlace[], signal?: AbortSignal): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const place of places) {
    const dead = answers.find(({ failure }) => failure?.state === "dead")?.failure;
    answers.push(dead ? { place, failure: dead } : await askMunged(run, place, signal));
  }
  return answers;
}

async function askMunged(run: RunOn, place: MungePlace, signal?: AbortSignal): Promise<Answer> {
  const socket = socketOf(place);
  const command = { argv: argvIn(place, ["munge", "--no-input", ...(socket === undefined ? [] : ["--socket", socket])]) };
  const question = { step: "munge check", seconds: MAKE_SECONDS, command, parse: (stdout: string) => stdout };
  const answer = await askHost(place.host, question, { run, signal });
  if ("value" in answer) return { place, credential: answer.value };
  if (isDead(answer)) return { place, failure: { state: "dead", message: answer.reason } };
  const said = answer.reason.replace(/^munge: (Error: )?/, "");
  return { place, failure: { state: "problem", message: `makes no credential: ${said}` } };
}

/** Every munged answers, and all agree; dead hosts are for `findTolerableDead`. */
export function isAgreed({ places }: MungeReport): boolean {
  return places.every(({ state }) => state !== "problem");
}

/** The dead hosts, or undefined where there are more than the stack tolerates, or one that is not a sampler alone. */
export function findTolerableDead(report: MungeReport, plan: DeploymentPlan): readonly string[] | undefined {
  const dead = [...new Set(report.places.filter(({ state }) => state === "dead").map(({ host }) => host))];
  const isSampler = (host: string) => canBeSpared(hostNamed(plan, host).containers);
  return dead.length <= plan.toleratedDeadHosts && dead.every(isSampler) ? dead : undefined;
}

/** `7 munged on cygnus-[01-07] agree`, then a line a problem with its hosts folded. */
export function renderMungeReport({ places }: MungeReport): string {
  const good = places.filter(({ state }) => state === "ok");
  const hosts = foldHosts([...new Set(good.map(({ host }) => host))]);
  const summary = good.length > 0 ? [`${good.length} munged on ${hosts} agree`] : [];
  const lines = places.flatMap(({ host, container, message }) =>
    message === undefined ? [] : [{ host, text: container === undefined ? message : `${container}: ${message}` }],
  );
  return [...summary, ...foldByText(lines)].join("\n");
}
