import { delimiter, dirname, join } from "node:path";
import { findPulumi } from "../../operations/pulumi-cli";
import { type StartedProcess, start } from "./ldms-process";
import { ProjectFolder } from "./project-folder";

const FOLDERS = [process.env["LDMS_TEST_PULUMI_BIN"], process.env["PATH"]].filter(Boolean).join(delimiter);
/** In a folder with its language host and the plugins of docker and command. */
const PULUMI = findPulumi(FOLDERS);
/** Images that no cache has are built within it, on a machine that others use. */
const PULUMI_SECONDS = 900;

/** Skips a suite loudly where there is no real `pulumi`; for a mocha hook. */
export function needPulumi(this: Mocha.Context): void {
  if (PULUMI !== undefined) return;
  console.warn("!!!! No `pulumi` on PATH or in $LDMS_TEST_PULUMI_BIN: the tests with the real one are SKIPPED; what stands in for them");
  console.warn("!!!! compares the embedded engine's state with a recorded one, and does not prove that the real CLI takes it !!!!");
  this.skip();
}

/** A copy of the project where the real CLI works; its state is not the embedded engine's. */
export class PulumiProject extends ProjectFolder {
  /** `ldms ARGS`, which finds the real CLI on PATH. */
  startLdms(args: readonly string[], stdin = ""): StartedProcess {
    return this.start([process.execPath, "bin/ldms.js", ...args], stdin);
  }

  startPulumi(args: readonly string[], stdin = ""): StartedProcess {
    return this.start([PULUMI ?? "pulumi", ...args, "--non-interactive"], stdin);
  }

  private start(argv: readonly [string, ...string[]], stdin: string): StartedProcess {
    const { path, environment } = this;
    const quiet = { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true", PULUMI_DISABLE_REGISTRY_RESOLVE: "true" };
    const PATH = `${dirname(PULUMI ?? "")}${delimiter}${environment["PATH"]}`;
    const real = { ...environment, ...quiet, PATH, PULUMI_HOME: join(path, "pulumi-home") };
    return start(argv, { folder: path, environment: real, timeoutSeconds: PULUMI_SECONDS, stdin });
  }
}
