import { foldHosts } from "../../plan/hostlist/hostlist";
import { groupBy } from "../../plan/text/group-by";
import { mapBounded } from "../reach/bounded";
import { RemoteCommandError, renderFailure } from "../reach/remote-error";
import type { RemoteTarget, RunOn } from "../reach/run-on-host";
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
  const refusals = await decodeOn(run, first, others);
  if (refusals.size * 2 <= others.length) return refusals;

  const measure = others.find(({ target }) => refusals.has(target.name)) as MungeWitness;
  const rest = witnesses.filter((witness) => witness !== measure);
  const refusalsOfMeasure = await decodeOn(run, measure, rest);
  return refusalsOfMeasure.size < refusals.size ? refusalsOfMeasure : refusals;
}

async function decodeOn(run: RunOn, origin: MungeWitness, witnesses: readonly MungeWitness[]): Promise<ProblemsByHost> {
  const refusals = await mapBounded(witnesses, async (witness) => {
    const { target } = witness;
    const refusal = await refusalOn(run, witness, origin.credential);
    return refusal === undefined ? [] : [[target.name, refusalProblem(origin.target.name, refusal)] as const];
  });
  return new Map(refusals.flat());
}

async function refusalOn(run: RunOn, { target, socket }: MungeWitness, credential: string): Promise<string | undefined> {
  try {
    const where = socket === undefined ? [] : ["--socket", socket];
    await run(target, { argv: ["unmunge", "--no-output", ...where], stdin: credential }, { timeoutSeconds: UNMUNGE_SECONDS });
    return undefined;
  } catch (error) {
    if (!(error instanceof RemoteCommandError)) throw error;
    const { failure, stderr } = error;
    const said = stderr
      .trim()
      .split("\n")[0]
      ?.replace(/^unmunge: (Error: )?/, "");
    return said || (failure.kind === "exit" && CLOCK_REFUSALS[failure.code]) || renderFailure(failure);
  }
}

function refusalProblem(origin: string, refusal: string): PreflightProblem {
  const help = Object.values(CLOCK_REFUSALS).includes(refusal)
    ? `its clock and that of ${origin} are more than five minutes apart: correct the one that is wrong`
    : "give all hosts the same `/etc/munge/munge.key` and time, and restart munged there";
  return { subject: "munge", message: `munge credential of ${origin} is refused: ${refusal}`, help };
}

/** Of keys that lie on the hosts, those unlike the most common one. */
export function compareKeys(path: string, keys: ReadonlyMap<string, FoundKey>): ProblemsByHost {
  const alike = [...groupBy([...keys], ([, { digest }]) => digest).values()].map((group) => group.map(([host]) => host));
  const [common = [], ...odd] = alike.sort((a, b) => b.length - a.length);
  if (odd.length === 0) return new Map();
  const message = `munge key \`${path}\` is not the one of ${foldHosts(common)}`;
  return new Map(odd.flat().map((host) => [host, { subject: "key", message }]));
}
