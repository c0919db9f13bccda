import { type HandMade, listHandMade } from "../../plan/adopt/hand-made";
import { BadInputError } from "../../plan/problems/errors";
import { askHosts, unansweredOf, valuesOf } from "../reach/ask-hosts";
import { foldByText } from "../reach/fold-by-text";
import type { RemoteTarget } from "../reach/run-on-host";
import { withHosts } from "../reach/with-hosts";
import { parseFound, renderFoundScript } from "./found-script";

/** For the engine's answers and some files, on top of connecting. */
const ASK_SECONDS = 30;

/**
 * Reads the containers of LDMS on every host, one round trip each, and changes nothing.
 * @throws BadInputError where a host does not answer: of a part of a cluster nobody knows what the whole is
 */
export async function findHandMade(stack: string, hosts: readonly RemoteTarget[], signal?: AbortSignal): Promise<HandMade[]> {
  const question = ({ name }: RemoteTarget) => ({
    step: "adopt",
    seconds: ASK_SECONDS,
    command: { script: renderFoundScript(stack) },
    parse: (stdout: string) => parseFound(name, stdout),
  });
  const answers = await withHosts((run) => askHosts(hosts, question, { run, signal }));
  const silent = unansweredOf(answers).map(({ host, reason }) => ({ host: host.name, text: reason }));
  if (silent.length > 0)
    throw new BadInputError(
      `adopt: hosts that do not answer\n${foldByText(silent).join("\n")}\nhelp: leave them out of --hosts, or mend the way to them`,
    );
  return listHandMade(valuesOf(answers));
}
