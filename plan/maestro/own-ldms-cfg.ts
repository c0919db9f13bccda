import type { DaemonGroup } from "../daemons/daemon-group";
import { describeIssues, describeYamlError, type OwnFileProblem } from "../yaml/own-file-problem";
import { parseYaml } from "../yaml/yaml";
import { OwnDaemons } from "./ldms-cfg-form";
import { checkOwnDaemons } from "./own-daemons";
import { checkOwnSamplers } from "./own-samplers";
import { checkOwnStores } from "./own-stores";

/** A site's own ldms_cfg.yaml, in any grammar: the daemons it configures are those that the stack starts, and its stores lie in bound folders. */
export function checkOwnLdmsCfg(text: string, groups: readonly DaemonGroup[]): OwnFileProblem[] {
  let document: unknown;
  try {
    document = parseYaml(text, "python");
  } catch (error) {
    return describeYamlError(error);
  }
  const parsed = OwnDaemons.safeParse(document);
  if (!parsed.success) return describeIssues(parsed.error);
  return [...checkOwnDaemons(parsed.data, groups), ...checkOwnSamplers(document, groups), ...checkOwnStores(document, groups)];
}
