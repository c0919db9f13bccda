import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

const FOLDERS = [process.env["LDMS_TEST_PULUMI_BIN"] ?? "", ...(process.env["PATH"] ?? "").split(delimiter)];

/** A folder with the real `pulumi`, its language host and the plugins of docker and command. */
export const PULUMI_FOLDER = FOLDERS.filter(Boolean).find((folder) => isExecutable(join(folder, "pulumi")));

/** So that the real CLI asks nobody outside for anything. */
export const QUIET_PULUMI = { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true", PULUMI_DISABLE_REGISTRY_RESOLVE: "true" } as const;

/** Skips a suite, so that nobody overlooks it, where there is no `pulumi`. */
export function needPulumi(this: Mocha.Context, insteadOfIt: string): void {
  if (PULUMI_FOLDER !== undefined) return;
  console.warn("!!!! No `pulumi` on PATH or in $LDMS_TEST_PULUMI_BIN: the tests with the real one are SKIPPED; what stands in for them");
  console.warn(`!!!! ${insteadOfIt} !!!!`);
  this.skip();
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
