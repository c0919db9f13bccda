import { pairArguments } from "./run-words";

/** Places in containers where the plan puts what it makes, and the README's commands what was typed. */
const OWN_FOLDERS = ["/run/munge", "/etc/munge", "/etc/ldms"];
const OWN_FILES = new Set([
  "/etc/ldms_cfg.yaml",
  "/etc/dsosd.json",
  "/opt/ovis/etc/dsosd.conf",
  "/opt/ovis/ui/sosgui/settings.py",
  "/etc/grafana/grafana.ini",
]);

export function isOwnMount(target: string): boolean {
  return OWN_FILES.has(target) || OWN_FOLDERS.some((folder) => target === folder || target.startsWith(`${folder}/`));
}

/** Paths of `-c`: a daemon's own configuration, which the plan writes. */
export function confPaths(argv: readonly string[]): string[] {
  return pairArguments(argv).flatMap((words) => /^-c ?(.+)$/.exec(words)?.[1] ?? []);
}

/** Variables that the plan gives, or that every container has. */
export const OWN_VARIABLES: ReadonlySet<string> = new Set(["COMPID", "COMPONENT_ID", "HOSTNAME", "LDMSD_MEM_SZ"]);
