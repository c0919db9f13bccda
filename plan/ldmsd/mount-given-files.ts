import { type MountedFile, mountFile, type PlanContext } from "../containers/container-unit";
import type { DaemonGroup } from "../daemons/daemon-group";
import type { FileContent } from "../model/file";
import { ownValue } from "../text/own-value";

/** The site's own files of a group's containers; one that is not there is told by `checkGivenFiles`. */
export function mountGivenFiles(context: PlanContext, { container, given }: DaemonGroup): MountedFile[] {
  return given.files.map(({ path, file, secret }) => {
    const content: FileContent =
      secret === undefined
        ? { kind: "text", text: ownValue(context.facts.ownFiles, file!) ?? "" }
        : { kind: "secret", secretName: secret, encoding: "utf8" };
    const mode = secret === undefined ? 0o644 : 0o600;
    return mountFile(context, { container, name: nameOnHost(path), containerPath: path, content, mode });
  });
}

/** `%etc%ldms%perf.conf`: no path has the sign, and no file of the plan's. */
function nameOnHost(path: string): string {
  return path.replaceAll("/", "%");
}
