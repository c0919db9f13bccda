import { readFile } from "node:fs/promises";
import { markOf } from "../../operations/seen-files";
import { ConfigError } from "../../plan/problems/errors";
import { writeFileAtomically } from "../../stack/atomic-file";
import { EngineError } from "../../stack/engine-error";
import { holdFile } from "../../stack/held-file";
import { openStack, type StackLocation } from "../../stack/open-stack";
import { checkStackText } from "./check-stack-text";
import { findSecrets, hideSecrets, showSecrets } from "./hidden-secrets";
import type { PlacedProblem } from "./placed-problem";

/** A stack file for an editor. */
export interface StackText {
  /** What is encrypted in it is a placeholder: `secure: "[secret 1]"`. */
  readonly text: string;
  /** Tells this text from another one. */
  readonly mark: string;
}

/** Somebody wrote the stack file since it was read. Nothing was changed. */
export class FileChangedError extends EngineError {
  override readonly name = "FileChangedError";
  constructor(readonly path: string) {
    super(`${path}: was changed since it was read; nothing was written\nhelp: read it again, and make the change once more`);
  }
}

export async function readStackFile(location: StackLocation): Promise<StackText> {
  const text = await textOf(location);
  return { text: hideSecrets(text), mark: markOf(text) };
}

/** Every problem that an `up` with this text would end with before it looks at a host; none: it plans. Nothing is written. */
export async function checkStackFile(location: StackLocation, text: string): Promise<readonly PlacedProblem[]> {
  const kept = findSecrets(await textOf(location));
  const whole = showSecrets(text, kept);
  return whole.problems.length > 0 ? whole.problems : checkStackText(location, whole.text);
}

/**
 * Writes a text that plans in the place of the file. @param mark of the text that was changed
 * @throws ConfigError for one that does not plan, FileChangedError where the file is no longer the one of that mark
 */
export async function replaceStackFile(location: StackLocation, { text, mark }: StackText): Promise<StackText> {
  const { file } = await openStack(location);
  return holdFile(file.path, async () => {
    const today = await textOf(location);
    if (markOf(today) !== mark) throw new FileChangedError(`Pulumi.${location.stack}.yaml`);
    const whole = showSecrets(text, findSecrets(today));
    const problems = whole.problems.length > 0 ? whole.problems : await checkStackText(location, whole.text);
    if (problems.length > 0) throw new ConfigError(`Pulumi.${location.stack}.yaml`, problems);
    await writeFileAtomically(file.path, whole.text);
    return { text: hideSecrets(whole.text), mark: markOf(whole.text) };
  });
}

async function textOf(location: StackLocation): Promise<string> {
  return readFile((await openStack(location)).file.path, "utf8");
}
