import { assertPassphrase } from "../automation/assert-writable";
import { assertPulumiMayRun } from "../automation/run-begin";
import { RunRecord } from "../automation/run-record";
import type { EngineRunArgs, EngineRunEnd, RunningEngine } from "../automation/stack-engine";
import { ensureStack, type PulumiRun, pulumiArgv, runOnTerminal } from "../operations/pulumi-cli";
import { DEPLOYED_TYPE } from "../plan/deployed/deployed";
import { BadInputError } from "../plan/problems/errors";
import { isInFiles, type StackLocation } from "../stack/open-stack";
import { readStateResources } from "../stack/stack-admin";
import type { DeployOptions } from "./deploy-options";
import { EXIT } from "./exit-codes";
import { PulumiRunFiles } from "./pulumi-run-files";
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
    const { verb, isTakingOver, ...rest } = args;
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
    return PulumiRunFiles.use((files) => this.show(run, args, files));
  }

  /** A run that is held to what was seen is previewed first, in a command of its own, and bound to that. */
  private async show(run: PulumiRun, args: EngineRunArgs, files: PulumiRunFiles): Promise<EngineRunEnd> {
    if (args.onPreviewed === undefined) return this.command(run, args, files);
    const bound = { ...run, plan: files.plan };
    const { changes } = await this.command({ ...bound, verb: "preview", continuesOnError: false }, args, files);
    if (Object.keys(changes).length === 0)
      throw BadInputError.of("expect", "this `pulumi` does not tell its steps", "a newer `pulumi`, or --engine embedded");
    await args.onPreviewed();
    return this.command(bound, args, files);
  }

  private async command(run: PulumiRun, { environment, onEvent }: EngineRunArgs, files: PulumiRunFiles): Promise<EngineRunEnd> {
    const color = process.env["FORCE_COLOR"] ? ["--color", "always"] : [];
    const variables = { ...process.env, ...environment, ...files.environment };
    const code = await runOnTerminal([this.program, ...pulumiArgv(run), ...color], this.location.projectFolder, variables);
    const record = new RunRecord();
    await files.tellEvents((event) => {
      record.add(event);
      onEvent(event);
    });
    if (code !== 0) throw new ToldError(EXIT.failed);
    return { outputs: {}, changes: record.changes };
  }

  /** Whether there is something to compare with: of what is all new, `pulumi` would print every property. */
  private async hasWords(verb: EngineRunArgs["verb"]): Promise<boolean> {
    if ((verb !== "preview" && verb !== "up") || !isInFiles(this.location)) return false;
    return (await readStateResources(this.location)).some(({ type }) => type === DEPLOYED_TYPE);
  }
}
