import { foldInOrder } from "../hostlist/hostlist";
import { asRoot, longestConnectSeconds, sshOpts } from "../hosts/ssh";
import type { PlannedFanOut, PlannedGroup, PlannedMember } from "../model/fan-out";
import type { PlannedImage } from "../model/image";
import { shellLine } from "../text/shell";
import { renderAssignments } from "../text/shell-script";
import { readHostRows, renderHostRows } from "./host-rows";
import { renderPassingWords } from "./kept-connections";

/** A list of hosts in the head of a script is for people; longer ones are cut. */
const SHOWN_HOSTS_CHARACTERS = 400;

/** The name and the parts of a plan that a head script needs. */
export interface FanOutScope {
  readonly stack: string;
  readonly fanOut: PlannedFanOut;
  /** Those of the plan; the ones that come in files are sent from the head. */
  readonly images: readonly PlannedImage[];
}

/**
 * What stands in front of the body of every script on a head.
 *
 * @param hostArguments of the host script behind the host's name: `check 0`
 */
export function renderHeadValues({ stack, fanOut }: FanOutScope, hostArguments: string): string {
  const { claim, hostTimeoutSeconds: seconds, window } = fanOut;
  return renderAssignments({ stack, claim, seconds, window, arguments: hostArguments }) + renderPassingWords();
}

/** Of hosts of a group: who they are, and how they are reached. */
export function renderGroupValues(fanOut: PlannedFanOut, group: PlannedGroup, hosts: readonly PlannedMember[]): string {
  const { connection } = group;
  const connect_seconds = connection.kind === "local" ? 0 : longestConnectSeconds(connection);
  return renderAssignments({ hosts: renderHostRows(hosts).join("\n"), connect_seconds }) + renderDial(fanOut, group);
}

/**
 * The words by which the head reaches a host of the group, bounded in time on both sides. `$alone` is empty or `exec`; `$sharing` are words of ssh for a
 * connection that is shared; `$begins` is done on the host first.
 */
export function renderDial({ hostTimeoutSeconds }: PlannedFanOut, { connection }: PlannedGroup): string {
  return renderAssignments({ dial: dialWords(`timeout -k 5 ${hostTimeoutSeconds}`, connection) });
}

function dialWords(limited: string, connection: PlannedGroup["connection"]): string {
  if (connection.kind === "local") return `$alone ${limited} sh -c "$1"`;
  const { user, port } = connection;
  const words = [...sshOpts(connection), "-T", "-p", String(port), "-l", user, "--"];
  return `$alone ${limited} ssh $sharing ${shellLine(words)} "$address" "\${begins}${asRoot(connection, limited)} $1"`;
}

/** The hosts of a script on a head, those of other heads among them, read back; none of another one. */
export function readTargets(script: string): Pick<PlannedMember, "name" | "componentId">[] {
  const lists = [...script.matchAll(/^(?:hosts|elsewhere)=(?:'([^']+)'|([^\s']+))$/gm)].map(([, quoted, word = ""]) => quoted ?? word);
  return lists.flatMap((rows) => readHostRows(rows.split("\n")));
}

export function shown(hosts: readonly PlannedMember[]): string {
  const folded = foldInOrder(hosts.map(({ name }) => name));
  return folded.length > SHOWN_HOSTS_CHARACTERS ? `${folded.slice(0, SHOWN_HOSTS_CHARACTERS)}… (${hosts.length} hosts)` : folded;
}
