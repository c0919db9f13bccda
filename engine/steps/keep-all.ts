import type { RunContext } from "../run/run-context";
import { StepExecutor } from "./step-executor";
import { Slots } from "./step-slots";

/** In the place of a program that asks for just what there is: says what it would tell, and goes through the resources in the order of the state. */
export async function keepAll(context: RunContext, notes: readonly string[]): Promise<void> {
  const { events, olds, outcome } = context;
  for (const note of notes) events.diagnostic("info", note);
  const executor = new StepExecutor(context, new Slots(1));
  for (const old of olds) if (!outcome.isStopped) await executor.run([{ op: "same", old, next: old }], undefined);
}
