import assert from "node:assert/strict";
import { join } from "node:path";
import type { EngineRunArgs } from "../../automation/stack-engine";
import { EXIT } from "../../cli/exit-codes";
import { TerminalPulumi } from "../../cli/terminal-pulumi";
import { ToldError } from "../../cli/told-error";
import { withPrograms } from "../operations/fake-programs";

const RUN: EngineRunArgs = {
  verb: "up",
  isRefresh: false,
  continuesOnError: true,
  isTakingOver: false,
  message: "",
  targets: [],
  excludes: ["**::node-2-samp"],
  policyPacks: [],
  environment: { LDMS_LEFT_OUT: "node-2" },
  onEvent: () => undefined,
  pace: async () => undefined,
  signal: new AbortController().signal,
};

/** A `pulumi` that knows the stack, and whose update is this. */
const run = (update: string) =>
  withPrograms({ pulumi: `if [ "$1" = stack ]; then echo '[{"name":"dev"}]'; exit; fi\n${update}` }, (folder) => {
    const location = { projectFolder: folder, stack: "dev", backendUrl: "https://nobody.invalid", passphrase: "p" };
    return new TerminalPulumi(location, { stack: "dev", yes: true, target: [], exclude: [], policyPack: [] }, join(folder, "pulumi")).run(
      RUN,
    );
  });

describe("TerminalPulumi", () => {
  it("tells the program which dead hosts the run leaves out", async () => {
    assert.deepEqual(await run('[ "$*,$LDMS_LEFT_OUT" = "up --stack dev --continue-on-error --yes --exclude **::node-2-samp,node-2" ]'), {
      outputs: {},
      changes: {},
    });
  });

  it("has failed by every exit code of `pulumi`, whose own say something else than ours", async () => {
    for (const code of [1, 3, 4, 255]) await assert.rejects(run(`exit ${code}`), new ToldError(EXIT.failed));
  });

  it("has failed where `pulumi` was killed while it wrote an event", async () => {
    const killed = `printf '{"sequence":0,"timestamp":0,"cancelEvent":{}}\\n{"sequ' > "$PULUMI_OPTION_EVENT_LOG"; kill -KILL $$`;
    await assert.rejects(run(killed), new ToldError(EXIT.failed));
  });
});
