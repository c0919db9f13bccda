/** The two keys that a stack file may hold, in base64. */
export interface MungeKeys {
  readonly current: string;
  /** While a rotation is under way: the key to go back to. */
  readonly before?: string | undefined;
}

/** What a rotation does to the world; each step ends by itself. */
export interface RotationSteps {
  readKeys(): Promise<MungeKeys>;
  /** Both by one writing. */
  writeKeys(keys: MungeKeys): Promise<void>;
  makeKey(): string;
  /** Everything is as the stack file says. @throws Error where it is not; nothing was changed then */
  assertSettled(): Promise<void>;
  /** Brings the current key to every host. @param isSure by writing on every host, whatever the state says of it. @returns whether all took it */
  deliver(isSure: boolean): Promise<boolean>;
  /** Do all munged agree? */
  agree(): Promise<boolean>;
  say(text: string): void;
}

/** `back`: the key of before is everywhere again. `open`: not even that; the next rotation goes on. */
export type RotationOutcome = "done" | "back" | "open";

/**
 * A new key everywhere, or the old one. The stack file holds both from before the first host is touched until all agree, so a run that is killed
 * anywhere is finished by the next one.
 */
export async function rotateMungeKey(steps: RotationSteps): Promise<RotationOutcome> {
  const keys = await begin(steps);
  if (await settle(steps, keys.current, keys.isResumed)) return "done";
  steps.say("not every munged took the new key: the old key goes back");
  await steps.writeKeys({ current: keys.before, before: keys.current });
  return (await settle(steps, keys.before, true)) ? "back" : "open";
}

interface BegunRotation {
  readonly current: string;
  readonly before: string;
  readonly isResumed: boolean;
}

async function begin(steps: RotationSteps): Promise<BegunRotation> {
  const { current, before } = await steps.readKeys();
  if (before !== undefined) {
    steps.say("an earlier rotation did not end: this one continues it");
    return { current, before, isResumed: true };
  }
  await steps.assertSettled();
  const keys = { current: steps.makeKey(), before: current };
  await steps.writeKeys(keys);
  return { ...keys, isResumed: false };
}

async function settle(steps: RotationSteps, current: string, isSure: boolean): Promise<boolean> {
  const isSettled = (await steps.deliver(isSure)) && (await steps.agree());
  if (isSettled) await steps.writeKeys({ current });
  return isSettled;
}
