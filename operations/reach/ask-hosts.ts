import type { ProcessResult } from "../../processes/run-process";
import { mapBounded } from "./bounded";
import type { ManyAnswers } from "./many-hosts";
import { RemoteCommandError, sayWhy } from "./remote-error";
import { type RemoteCommand, type RemoteTarget, type RunOn, stepLimits } from "./run-on-host";

/** What a host is asked, and how its answer is read. */
export interface Question<T> {
  /** Words for error texts: `status`. */
  readonly step: string;
  /** For the answer, on top of connecting. */
  readonly seconds: number;
  readonly command: RemoteCommand;
  /** undefined: the answer was cut off. */
  readonly parse: (stdout: string) => T | undefined;
}

export type Answer<H, T> = { readonly host: H; readonly value: T } | Unanswered<H>;

export interface Unanswered<H> {
  readonly host: H;
  /** In a line, free of the host's name, so that hosts with the same one fold. */
  readonly reason: string;
  /** Absent where the answer was cut off. */
  readonly error?: RemoteCommandError;
}

export interface AskArgs {
  readonly run: RunOn;
  readonly signal?: AbortSignal | undefined;
}

/** Asks every host its question, some at once, and comes back with an answer, or a reason, of each; in the hosts' order. */
export async function askHosts<H extends RemoteTarget, T>(
  hosts: readonly H[],
  question: (host: H) => Question<T>,
  args: AskArgs,
): Promise<Answer<H, T>[]> {
  const asked = hosts.map((host) => ({ host, question: question(host) }));
  const known = await askMany(asked, args);
  return mapBounded(asked, ({ host, question }) => {
    const answer = known.get(host.name);
    return answer ? readAnswer(host, question, () => answer) : askHost(host, question, args);
  });
}

/** Through their heads, where these are other machines and there are several hosts to ask. */
async function askMany<T>(
  asked: readonly { readonly host: RemoteTarget; readonly question: Question<T> }[],
  { run, signal }: AskArgs,
): Promise<ManyAnswers> {
  const scripts = asked.flatMap(({ host, question: { command, seconds } }) =>
    "script" in command ? [[host.name, { script: command.script, seconds }] as const] : [],
  );
  if (!run.many || scripts.length < 2) return new Map();
  return run.many({ scripts: new Map(scripts), step: asked[0]!.question.step, signal });
}

export function askHost<H extends RemoteTarget, T>(host: H, question: Question<T>, { run, signal }: AskArgs): Promise<Answer<H, T>> {
  const { step, seconds, command } = question;
  return readAnswer(host, question, () => run(host, command, stepLimits(host, step, seconds, signal)));
}

async function readAnswer<H extends RemoteTarget, T>(
  host: H,
  { parse }: Question<T>,
  give: () => ProcessResult | RemoteCommandError | Promise<ProcessResult>,
): Promise<Answer<H, T>> {
  try {
    const given = await give();
    if (given instanceof RemoteCommandError) throw given;
    const value = parse(given.stdout);
    return value === undefined ? { host, reason: "its answer is incomplete" } : { host, value };
  } catch (error) {
    if (!(error instanceof RemoteCommandError)) throw error;
    return { host, reason: sayWhy(error), error };
  }
}

/** What the hosts that did answer said. */
export function valuesOf<H, T>(answers: readonly Answer<H, T>[]): T[] {
  return answers.flatMap((answer) => ("value" in answer ? [answer.value] : []));
}

export function unansweredOf<H, T>(answers: readonly Answer<H, T>[]): Unanswered<H>[] {
  return answers.filter((answer): answer is Unanswered<H> => !("value" in answer));
}

/** No way there, or no answer in time: nothing is known of it. */
export function isDead({ error }: Pick<Unanswered<unknown>, "error">): boolean {
  return error?.failure.kind === "unreachable" || error?.failure.kind === "timeout";
}
