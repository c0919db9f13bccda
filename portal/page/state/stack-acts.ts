import { computed, signal } from "@preact/signals";
import type { LookKind, RunWish } from "../../api";
import { call, RefusedError } from "./api-client";
import { stack, takeRun } from "./stack-state";

export interface ActFault {
  readonly message: string;
  readonly help?: string;
  readonly lines?: readonly string[];
}

/** Why the last thing that was asked for was not done. */
export const actFault = signal<ActFault | undefined>(undefined);
/** Something was asked for, and is not answered yet. */
export const isActing = signal(false);

export const isRunning = computed(() => stack.run.value !== undefined && stack.run.value.endedAt === undefined);

/** Why a run cannot be begun; undefined: it can. A button that is off says it. */
export const whyNoRun = computed(() => {
  if (stack.role.value !== "operator") return "You may look at this stack, and change nothing.";
  if (isRunning.value) return "A run is under way.";
  const lock = stack.lock.value;
  return lock && !lock.isOurs ? `${lock.who} is at work on this stack.` : undefined;
});

/** Does it, keeps its fault for the page, and comes back with what it gave. */
export async function act<T>(work: () => Promise<T>): Promise<T | undefined> {
  isActing.value = true;
  actFault.value = undefined;
  try {
    return await work();
  } catch (error) {
    actFault.value = describeFault(error);
    return undefined;
  } finally {
    isActing.value = false;
  }
}

function describeFault(error: unknown): ActFault {
  if (!(error instanceof RefusedError)) return { message: error instanceof Error ? error.message : String(error) };
  const { error: said, differences = [], lock } = error.refusal;
  const lines = [...differences, ...(lock ? [`held by ${lock.who} since ${lock.since}`] : [])];
  return { message: said.message, ...(said.help !== undefined && { help: said.help }), ...(lines.length > 0 && { lines }) };
}

const params = () => ({ stack: stack.name.value ?? "" });

export function startRun(body: RunWish): Promise<boolean> {
  return begin(async () => {
    try {
      takeRun(await call("POST /api/stacks/:stack/runs", { params: params(), body }));
    } catch (error) {
      // What would be done now takes the place of what was agreed to.
      const preview = error instanceof RefusedError ? error.refusal.preview : undefined;
      const before = stack.preview.value;
      if (preview && before) stack.preview.value = { ...before, preview };
      throw error;
    }
    return true;
  });
}

export function cancelRun(id: string): Promise<boolean> {
  return begin(async () => {
    takeRun(await call("POST /api/stacks/:stack/runs/:id/cancel", { params: { ...params(), id } }));
    return true;
  });
}

export function lookNow(what: LookKind): Promise<boolean> {
  return begin(async () => (await call("POST /api/stacks/:stack/look", { params: params(), body: { what } })).ok);
}

async function begin(work: () => Promise<boolean>): Promise<boolean> {
  return (await act(work)) ?? false;
}
