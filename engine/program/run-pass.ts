import type { ProjectFile } from "../../stack/project-file";
import { serveGrpc } from "../children/grpc-server";
import { startProgram } from "../children/program-runner";
import type { RunContext } from "../run/run-context";
import { checkStackPolicies } from "../steps/policy-check";
import { removeInterruptedCreates, runDeletes } from "../steps/run-deletes";
import { StepExecutor } from "../steps/step-executor";
import { Slots } from "../steps/step-slots";
import { failUnknownTargets } from "../steps/target-check";
import { makeEngineService } from "./engine-service";
import { ProgramSession } from "./program-session";
import { makeResourceMonitor } from "./resource-monitor";

/** Loading a program takes seconds; one that says nothing for this long, while nothing is being done for it, hangs. */
const START_LIMIT_MS = 120_000;
const IDLE_LIMIT_MS = 600_000;
const WATCH_INTERVAL_MS = 1_000;
/** How long a program that was told to end gets before it is killed. */
const END_GRACE_MS = 3_000;

/**
 * Runs the program once, does (or, in a preview, works out) what it asks for, then deletes what it does not ask for. A program that fails, or
 * that was stopped, deletes nothing.
 */
export async function runProgramPass(context: RunContext, project: ProjectFile, parallel: number): Promise<void> {
  const { outcome, events } = context;
  const slots = new Slots(parallel);
  const executor = new StepExecutor(context, slots);
  const session = new ProgramSession(context, executor);
  const errors: string[] = [];
  const engineService = makeEngineService((level, message, urn, isEphemeral) => {
    session.heard();
    if (outcome.isStopped) return;
    if (level === "error") errors.push(message);
    events.diagnostic(level, message, urn, isEphemeral);
  });
  const server = await serveGrpc([makeResourceMonitor(session), engineService]);
  try {
    const exitCode = await runToItsEnd(context, project, parallel, session, server.address);
    await session.settled();
    if (!outcome.isStopped && (exitCode !== 0 || errors.length > 0 || !session.isFinished)) {
      const end = exitCode === 0 ? "something that it waits for never came" : `exit code ${exitCode}`;
      const message = `program: ended before its time: ${end}`;
      if (errors.length === 0) events.diagnostic("error", message);
      outcome.failAndStop("", errors.length > 0 ? `program: reported an error: ${errors.join("\n")}` : message);
    }
  } finally {
    server.close();
  }
  if (!outcome.isStopped && !failUnknownTargets(context)) {
    await runDeletes(context, executor, (record) => session.isRegistered(record));
    if (!context.isPreview) await removeInterruptedCreates(context);
  }
  session.putExports();
  if (!outcome.hasFailedSteps && !outcome.isStopped) await checkStackPolicies(context);
}

/** Returns the program's exit code. It is ended when the run stops, and when it hangs. */
async function runToItsEnd(
  context: RunContext,
  project: ProjectFile,
  parallel: number,
  session: ProgramSession,
  engineAddress: string,
): Promise<number> {
  const { outcome, events } = context;
  const started = Date.now();
  const child = startProgram({
    engineAddress,
    project: project.name,
    stack: context.stack,
    folder: project.folder,
    main: project.main,
    isTypeScript: project.isTypeScript,
    isPreview: context.isPreview,
    parallel,
    config: context.config,
    environment: context.environment,
    onLine: (stream, line) => {
      if (!outcome.isStopped) events.diagnostic(stream === "stdout" ? "info" : "info#err", line);
    },
  });
  context.onProgram();
  let grace: NodeJS.Timeout | undefined;
  outcome.whenStopped(() => {
    grace = setTimeout(() => void session.settled().then(() => child.stop()), END_GRACE_MS).unref();
  });
  const watch = setInterval(() => {
    const { idleMs } = session;
    const limitMs = idleMs === undefined ? START_LIMIT_MS : IDLE_LIMIT_MS;
    if (outcome.isStopped || (idleMs ?? Date.now() - started) < limitMs) return;
    session.refuse(`program: ${idleMs === undefined ? "did not start" : "did nothing"} for ${limitMs / 1000} s and was ended`);
  }, WATCH_INTERVAL_MS);
  try {
    return await child.exited;
  } finally {
    clearInterval(watch);
    clearTimeout(grace);
    await child.stop();
  }
}
