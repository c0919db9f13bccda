import { delimiter, dirname } from "node:path";
import { findPulumi } from "../../operations/pulumi-cli";

const FOLDERS = [process.env["LDMS_TEST_PULUMI_BIN"], process.env["PATH"]].filter(Boolean);
const PROGRAM = findPulumi(FOLDERS.join(delimiter));

/** A folder with the real `pulumi`, its language host and the plugins of docker and command. */
export const PULUMI_FOLDER = PROGRAM === undefined ? undefined : dirname(PROGRAM);

/** So that the real CLI asks nobody outside for anything. */
export const QUIET_PULUMI = { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true", PULUMI_DISABLE_REGISTRY_RESOLVE: "true" } as const;

/** Skips a suite, so that nobody overlooks it, where there is no `pulumi`. */
export function needPulumi(this: Mocha.Context, insteadOfIt: string): void {
  if (PULUMI_FOLDER !== undefined) return;
  console.warn("!!!! No `pulumi` on PATH or in $LDMS_TEST_PULUMI_BIN: the tests with the real one are SKIPPED; what stands in for them");
  console.warn(`!!!! ${insteadOfIt} !!!!`);
  this.skip();
}

/** For a program that takes `pulumi` where it finds one, and is not to. */
export function withoutPulumi<T extends Readonly<Record<string, string>>>(environment: T): T {
  const folders = (environment["PATH"] ?? "").split(delimiter).filter((folder) => findPulumi(folder) === undefined);
  return { ...environment, PATH: folders.join(delimiter) };
}
