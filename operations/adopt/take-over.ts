import type { ContainerProof } from "../../plan/adopt/proof";
import { AS_FOUND, HELD, type OwnershipRecord, renderTakeOver } from "../../plan/containers/ownership";
import { groupBy } from "../../plan/text/group-by";
import { OperationError } from "../common/operation-error";
import { askHosts, unansweredOf } from "../reach/ask-hosts";
import { foldByText } from "../reach/fold-by-text";
import type { RemoteTarget } from "../reach/run-on-host";
import { withHosts } from "../reach/with-hosts";

const WRITE_SECONDS = 20;

/** What a host keeps of a container: while it is taken over one that differs is held, so that this run leaves it as it is. */
export function recordOf({ id, spec, container, verdict }: ContainerProof, isDone: boolean): OwnershipRecord {
  return { id, name: container, spec: verdict === "equal" ? spec : isDone ? AS_FOUND : HELD };
}

/**
 * Writes on each host which of its containers the stack has from now on. What has the stack's label needs no record, but while it is held.
 * @throws OperationError where a host does not take it: then nothing of the stack's state is written either
 */
export async function writeRecords(
  stack: string,
  hosts: readonly RemoteTarget[],
  containers: readonly ContainerProof[],
  isDone: boolean,
): Promise<void> {
  const needed = containers.filter(({ isLabelled, verdict }) => !isLabelled || (verdict === "differs" && !isDone));
  const byHost = groupBy(needed, ({ host }) => host);
  const concerned = new Set(containers.filter(({ isLabelled, verdict }) => !isLabelled || verdict === "differs").map(({ host }) => host));
  const question = ({ name }: RemoteTarget) => ({
    step: "adopt",
    seconds: WRITE_SECONDS,
    command: {
      script: renderTakeOver(
        stack,
        (byHost.get(name) ?? []).map((one) => recordOf(one, isDone)),
      ),
    },
    parse: () => true,
  });
  const targets = hosts.filter(({ name }) => concerned.has(name));
  const answers = await withHosts((run) => askHosts(targets, question, { run }));
  const failed = unansweredOf(answers).map(({ host, reason }) => ({ host: host.name, text: reason }));
  if (failed.length > 0) throw new OperationError("adopt", `not every host took it\n${foldByText(failed).join("\n")}`);
}
