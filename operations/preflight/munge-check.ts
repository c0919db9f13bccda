import { foldHosts } from "../../plan/hostlist/hostlist";
import { groupBy } from "../../plan/text/group-by";
import { mapBounded } from "../reach/bounded";
import { RemoteCommandError, renderFailure } from "../reach/remote-error";
import { type RemoteTarget, type RunOn, stepLimits } from "../reach/run-on-host";
import type { PreflightProblem } from "./check-host";
import type { FoundKey } from "./probe-output";

/** A host and what its munged made. */
export interface MungeWitness {
  readonly target: RemoteTarget;
  readonly credential: string;
  /** Where its munged listens; absent: where munge looks by itself. */
  readonly socket?: string | undefined;
}

/** Of one host, by name; empty where its munge agrees with the others'. */
export type ProblemsByHost = ReadonlyMap<string, PreflightProblem>;

const UNMUNGE_SECONDS = 8;
/** Exit codes of unmunge for a credential that it can read and does not take, of which it says nothing on stderr. Source: munge.h, EMUNGE_CRED_EXPIRED and EMUNGE_CRED_REWOUND. */
const CLOCK_REFUSALS: Readonly<Record<number, string>> = { 15: "Expired credential", 16: "Rewound credential" };

/**
 * Has the first host's credential decoded on every other; where most refuse, it is the first that is wrong, and one of the others is the measure.
 * Finds a wrong key, a wrong clock and a munged that does not answer.
 */
export async function checkMunge(run: RunOn, witnesses: readonly MungeWitness[]): Promise<ProblemsByHost> {
  const [first, ...others] = witnesses;
  if (!first || others.length === 0) return new Map();
  const told = await decodeOn(run, first, others);
  if (told.refusals.size * 2 <= others.length) return told.all;

  const measure = others.find(({ target }) => told.refusals.has(target.name)) as MungeWitness;
  const rest = witnesses.filter((witness) => witness !== measure);
  const toldOfMeasure = await decodeOn(run, measure, rest);
  return toldOfMeasure.refusals.size < told.refusals.size ? toldOfMeasure.all : told.all;
}

interface Decoded {
  readonly all: ProblemsByHost;
  /** Without those that could not be asked. */
  readonly refusals: ProblemsByHost;
}

async function decodeOn(run: RunOn, origin: MungeWitness, witnesses: readonly MungeWitness[]): Promise<Decoded> {
  const told = await mapBounded(witnesses, async (witness) => [witness.target.name, await problemOn(run, witness, origin)] as const);
  const problems = told.flatMap(([name, found]) => (found ? [[name, found] as const] : []));
  const mapOf = (some: typeof problems) => new Map(some.map(([name, { problem }]) => [name, problem]));
  return { all: mapOf(problems), refusals: mapOf(problems.filter(([, { isRefusal }]) => isRefusal)) };
}

interface FoundProblem {
  readonly problem: PreflightProblem;
  /** Its munge has answered, or should have. */
  readonly isRefusal: boolean;
}

async function problemOn(run: RunOn, { target, socket }: MungeWitness, origin: MungeWitness): Promise<FoundProblem | undefined> {
  const stdin = origin.credential;
  try {
    const where = socket === undefined ? [] : ["--socket", socket];
    // A far head has asked for the credential: the connection from here may be new.
    await run(target, { argv: ["unmunge", "--no-output", ...where], stdin }, stepLimits(target, "unmunge", UNMUNGE_SECONDS));
    return undefined;
  } catch (error) {
    if (!(error instanceof RemoteCommandError)) throw error;
    const { failure, stderr } = error;
    if (failure.kind === "unreachable" || failure.kind === "refused") return unasked(origin, renderFailure(failure));
    const said = stderr
      .trim()
      .split("\n")[0]
      ?.replace(/^unmunge: (Error: )?/, "");
    return refused(origin, said || (failure.kind === "exit" && CLOCK_REFUSALS[failure.code]) || renderFailure(failure));
  }
}

function refused({ target: { name: origin } }: MungeWitness, why: string): FoundProblem {
  const help = Object.values(CLOCK_REFUSALS).includes(why)
    ? `its clock and that of ${origin} are more than five minutes apart: correct the one that is wrong`
    : "give all hosts the same `/etc/munge/munge.key` and time, and restart munged there";
  return { problem: { subject: "munge", message: `munge credential of ${origin} is refused: ${why}`, help }, isRefusal: true };
}

function unasked({ target: { name: origin } }: MungeWitness, why: string): FoundProblem {
  const help = "this machine compares the hosts' munge itself, and has to reach them for it, whatever their head reaches";
  return { problem: { subject: "munge", message: `munge credential of ${origin} cannot be tried: ${why}`, help }, isRefusal: false };
}

/** Of keys that lie on the hosts, those unlike the most common one. */
export function compareKeys(path: string, keys: ReadonlyMap<string, FoundKey>): ProblemsByHost {
  const alike = [...groupBy([...keys], ([, { digest }]) => digest).values()].map((group) => group.map(([host]) => host));
  const [common = [], ...odd] = alike.sort((a, b) => b.length - a.length);
  if (odd.length === 0) return new Map();
  const message = `munge key \`${path}\` is not the one of ${foldHosts(common)}`;
  return new Map(odd.flat().map((host) => [host, { subject: "key", message }]));
}
