import { delimiter, join } from "node:path";
import { PULUMI_FOLDER, QUIET_PULUMI } from "./find-pulumi";
import { type StartedProcess, start } from "./ldms-process";
import { ProjectFolder } from "./project-folder";

/** Images that no cache has are built within it, on a machine that others use. */
const PULUMI_SECONDS = 900;

/** A copy of the project where the real CLI works; its state is not the embedded engine's. */
export class PulumiProject extends ProjectFolder {
  /** `ldms ARGS`, which finds the real CLI on PATH. */
  startLdms(args: readonly string[], stdin = ""): StartedProcess {
    return this.start([process.execPath, "bin/ldms.js", ...args], stdin);
  }

  startPulumi(args: readonly string[], stdin = ""): StartedProcess {
    return this.start([join(PULUMI_FOLDER ?? "", "pulumi"), ...args, "--non-interactive"], stdin);
  }

  override get environment(): Readonly<Record<string, string>> {
    const inherited = super.environment;
    const PATH = `${PULUMI_FOLDER}${delimiter}${inherited["PATH"]}`;
    return { ...inherited, ...QUIET_PULUMI, PATH, PULUMI_HOME: join(this.path, "pulumi-home") };
  }

  private start(argv: readonly [string, ...string[]], stdin: string): StartedProcess {
    const { path, environment } = this;
    return start(argv, { folder: path, environment, timeoutSeconds: PULUMI_SECONDS, stdin });
  }
}
