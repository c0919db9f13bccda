import { renderAssignments, sh } from "../text/shell-script";

/** What a host of a group is asked besides, where something is to be done: POSIX sh that prints facts, a line each. */
export interface SweepProbe {
  readonly script: string;
  /** What one of the hosts asks for all, where it has not all images itself. */
  readonly once?: { readonly host: string; readonly script: string; readonly imageCount: number };
}

/** Between the facts of a host, which its head tells as one line. */
export const FACT_END = "\x1e";

/** Behind `asker` and `image_count`, and the functions `check`, `probe` and `once`. A credential of munge stays where it was made. */
const BODY = sh`
PATH=$PATH:/usr/local/bin:/usr/sbin:/sbin
# One question for both, whose answer has a last line. Where the engine cannot answer it in these words, each asks in its own way.
ldms_listed=$(docker ps --all --no-trunc --format '{{.Names}} {{.Image}} {{.State}} {{.ID}} stack={{.Label "ldms.stack"}} {{.Label "ldms.spec"}}' </dev/null 2>/dev/null && echo end) || ldms_listed=
case $ldms_listed in *,* | *'<no value>'*) ldms_listed= ;; esac
said=$(check "$@")
code=$?
last=\${said##*
}
set -f
todo=
case $last in
ok*) for word in $last; do case $word in ok | *:same) ;; *) todo=yes ;; esac; done ;;
esac
set +f
if [ -n "$todo" ]; then
  tab='	'
  facts=$(probe 2>/dev/null </dev/null)
  if [ "$1" = "$asker" ] && [ "$(printf '%s\n' "$facts" | grep -c "^image$tab")" -lt "$image_count" ]; then
    facts="$facts
$(once 2>/dev/null </dev/null)"
  fi
  while IFS= read -r fact; do
    case $fact in credential*) ;; *) printf 'probe\t%s\n' "$fact" ;; esac
  done <<FACTS
$facts
FACTS
fi
printf '%s\n' "$said"
exit "$code"
`;

/** The script of a host in a sweep. One that is as planned is asked nothing more: its ports are its own, and all that it needs is there. */
export function renderSweepHost(hostScript: string, probe: SweepProbe | undefined): string {
  if (!probe) return hostScript;
  const { script, once } = probe;
  const values = { asker: once?.host ?? "", image_count: once?.imageCount ?? 0 };
  // Each is called in a command substitution, and needs no other subshell.
  const functions = { check: hostScript, probe: script, once: once?.script ?? ":\n" };
  const defined = Object.entries(functions).map(([name, body]) => `${name}() {\n${body}}\n`);
  return `${renderAssignments(values)}${defined.join("")}${BODY}`;
}
