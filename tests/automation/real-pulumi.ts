import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { PULUMI_FOLDER, QUIET_PULUMI } from "../lab/find-pulumi";

/** Puts the real `pulumi` first on this process's search path, with a home of its own. @returns what puts everything back */
export function putPulumiOnPath(): () => void {
  const home = mkdtempSync(join(tmpdir(), "ldms-pulumi-home-"));
  const PATH = [PULUMI_FOLDER, process.env["PATH"]].filter(Boolean).join(delimiter);
  const changed: Readonly<Record<string, string>> = { ...QUIET_PULUMI, PATH, PULUMI_HOME: home };
  const before = Object.keys(changed).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, changed);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    rmSync(home, { recursive: true, force: true });
  };
}
