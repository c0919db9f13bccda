import { assertPassphrase } from "../automation/assert-writable";
import { assertPulumiMayRun } from "../automation/run-begin";
import type { EngineRunArgs, EngineRunEnd, RunningEngine } from "../automation/stack-engine";
import { ensureStack, pulumiArgv, runOnTerminal } from "../operations/pulumi-cli";
import { DEPLOYED_TYPE } from "../plan/deployed/deployed";
import { isInFiles, type StackLocation } from "../stack/open-stack";
import { readStateResources } from "../stack/stack-admin";
import type { DeployOptions } from "./deploy-options";
import { EXIT } from "./exit-codes";
import { ToldError } from "./told-error";

/** The `pulumi` command on this terminal, which shows the run and asks by itself. */
export class TerminalPulumi implements RunningEngine {
  constructor(
    private readonly location: StackLocation,
    private readonly options: DeployOptions,
    private readonly program: string,
  ) {}

  /** @throws ToldError where `pulumi` failed, which has said why; its codes (3: not logged in, 4: a step failed) mean something else here */
  async run(args: EngineRunArgs): Promise<EngineRunEnd> {
    const { verb, isTakingOver, environment, ...rest } = args;
    const { location, program } = this;
    const { yes = false, json = false } = this.options;
    const isOther = await assertPulumiMayRun(location, verb, isTakingOver);
    await assertPassphrase(location);
    process.stderr.write(`engine: ${program}\n`);
    if (verb === "preview" || verb === "up") await ensureStack(program, location.stack, location.projectFolder);
    const run = {
      ...rest,
      verb,
      stack: location.stack,
      isYes: yes,
      isRefresh: args.isRefresh || isOther,
      isJson: json,
      isDiff: !json && (await this.hasWords(verb)),
    };
    const color = process.env["FORCE_COLOR"] ? ["--color", "always"] : [];
    const code = await runOnTerminal([program, ...pulumiArgv(run), ...color], location.projectFolder, { ...process.env, ...environment });
    if (code !== 0) throw new ToldError(EXIT.failed);
    return { outputs: {}, changes: {} };
  }

  /** Whether there is something to compare with: of what is all new, `pulumi` would print every property. */
  private async hasWords(verb: EngineRunArgs["verb"]): Promise<boolean> {
    if ((verb !== "preview" && verb !== "up") || !isInFiles(this.location)) return false;
    return (await readStateResources(this.location)).some(({ type }) => type === DEPLOYED_TYPE);
  }
}
