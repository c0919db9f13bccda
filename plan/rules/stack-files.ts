import { groupBy } from "../text/group-by";
import { resolvePath } from "../text/host-path";
import { onceFor } from "../text/once-for";
import type { FileFacts } from "./facts";
import type { StackFacts } from "./topology-facts";

const filesByHost = onceFor(({ files }: StackFacts) => groupBy(files, ({ host }) => host));

/** The file that the deployment writes at a path of a host, however that is spelled. */
export function findFile(stack: StackFacts, host: string, path: string): FileFacts | undefined {
  const resolved = resolvePath(path);
  return filesByHost(stack)
    .get(host)
    ?.find((file) => file.path === resolved);
}
