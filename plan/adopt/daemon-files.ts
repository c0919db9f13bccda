import { ROLES } from "../containers/roles";
import type { SiteFile } from "../ldms-import/import-ldms";
import { BadInputError } from "../problems/errors";
import { groupBy } from "../text/group-by";
import type { HandMade } from "./hand-made";
import { confPaths } from "./known-places";

const LDMS_CFG = "/etc/ldms_cfg.yaml";

/** What says what the daemons do: maestro's file, or their own ones. @throws BadInputError where nobody has any */
export function sourcesOf(found: readonly HandMade[]): SiteFile[] {
  const maestro = found.flatMap(({ role, host, files }) =>
    role === "maestro"
      ? files.filter(({ path }) => path === LDMS_CFG).map(({ source, text }) => ({ name: `${host}:${source}`, text }))
      : [],
  );
  if (maestro.length > 0) return maestro.slice(0, 1);
  const confs = found.filter(({ role }) => ROLES[role].isLdmsd).flatMap((one) => confsOf(one));
  // Daemons with the same text have one file.
  const distinct = [...groupBy(confs, ({ text }) => text).values()].map(([first]) => first!);
  if (distinct.length > 0) return distinct;
  throw BadInputError.of(
    "the hosts",
    "nothing says what their daemons do: no container of maestro's with an ldms_cfg.yaml, no ldmsd with a file of `-c`",
    "give all hosts by `--hosts`, that of maestro among them",
  );
}

function confsOf({ facts, files, host }: HandMade): SiteFile[] {
  const paths = confPaths(facts.argv);
  return files.filter(({ path }) => paths.includes(path)).map(({ text }) => ({ name: `${host}.conf`, text }));
}

/** What maestro has read. */
export function ownLdmsCfg(found: readonly HandMade[]): string | undefined {
  return found.flatMap(({ role, files }) => (role === "maestro" ? files.filter(({ path }) => path === LDMS_CFG) : []))[0]?.text;
}
