import assert from "node:assert/strict";
import { isFault } from "../../operations/chain/answers";
import { askAggregatorOf } from "../../operations/chain/chain-questions";
import { runProcess } from "../../processes/run-process";
import { examplePlan } from "../unit/example-stack";
import { withPrograms } from "./fake-programs";

/** Lines of ldmsd 4.5.3 at its default level. */
const LOG = `ERROR: producer: Producer n3 rejected the connection (sock cygnus-03-iw:411)
ERROR: producer: Producer 'n4' connection failed. Hostname 'cygnus-04-iw:411' not resolved.
ERROR: auth: munge_decode() failed. Invalid credential
ERROR: auth: Failed to encode MUNGE. Failed to access "/run/munge/munge.socket.2": No such file or directory`;

describe("the log of an aggregator", () => {
  it("tells who rejects it, what does not resolve, and what munge says", async () => {
    const plan = examplePlan({}, undefined, "lab");
    const daemon = plan.daemons.find(({ container }) => container === "agg1")!;
    const { command, parse } = askAggregatorOf(plan, daemon);
    const docker = `case "$*" in
inspect*) printf 'running\\t0\\tfalse\\t0\\t\\n' ;;
logs*) cat <<'LOG'
${LOG}
LOG
;;
exec*) cat >/dev/null; printf "active_count 4\\nmem_total_kb 512\\nmem_used_kb 34\\n" ;;
esac`;
    const { stdout } = await withPrograms({ docker }, () =>
      runProcess(["dash", "-s"], { timeoutSeconds: 20, stdin: "script" in command ? command.script : "" }),
    );
    const answer = parse(stdout)?.answer;
    assert.ok(answer && !isFault(answer), stdout);
    assert.deepEqual(
      [[...answer.log.rejected], [...answer.log.unresolved], answer.log.munge],
      [["n3"], ["cygnus-04-iw:411"], ['Failed to access "/run/munge/munge.socket.2": No such file or directory', "Invalid credential"]],
    );
  });
});
