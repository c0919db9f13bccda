import { resolve } from "node:path";
import { type ScannedHost, scanHostKeys } from "../../operations/reach/host-keys";
import { assertOneWayEach, type KeyTarget, listKeyTargets } from "../../operations/reach/key-targets";
import { readKnownHosts } from "../../operations/reach/refused-key";
import { foldHosts } from "../../plan/hostlist/fold";
import { expandHostlist } from "../../plan/hostlist/hostlist";
import { type HostKey, trustKeys } from "../../plan/hosts/known-hosts";
import { listJumps } from "../../plan/hosts/ssh";
import { BadInputError } from "../../plan/problems/errors";
import { groupBy } from "../../plan/text/group-by";
import { writeFileAtomically } from "../../stack/atomic-file";
import { holdFile } from "../../stack/held-file";
import type { StackLocation } from "../../stack/open-stack";
import { setConfigInside } from "../../stack/stack-config";
import { readSitePlan } from "../site-plan";
import { isWhole, type TrustedKeys } from "./trusted-keys";

export interface TrustOptions {
  /** A hostlist: these hosts alone are asked, and their keys are taken where they have changed. At most half of the stack's hosts, or one. */
  readonly replace?: string;
  /** Told what each host gave, before anything is asked or written. */
  readonly onScan?: (scanned: readonly ScannedHost[]) => void;
  /** Asked about the keys that would be kept; where it says no, nothing more is written. @default yes */
  readonly confirm?: (wanted: readonly ScannedHost[]) => Promise<boolean>;
  /** Told what a file came to, as soon as it did. */
  readonly onTrusted?: (trusted: TrustedKeys) => void;
  readonly signal?: AbortSignal;
}

/** @see SiteHosts.trust */
export async function trustHosts(location: StackLocation, options: TrustOptions): Promise<readonly TrustedKeys[]> {
  const { located } = await readSitePlan(location);
  const turns = new Set([...listKeyTargets(located).map(turnOf), HOSTS_TURN]);
  const trusted: TrustedKeys[] = [];
  for (const turn of [...turns].toSorted((a, b) => a - b)) {
    trusted.push(...(await trustSome(location, options, turn)));
    if (!isWhole(trusted)) break;
  }
  return trusted;
}

/** Behind every login node there may be. */
const HOSTS_TURN = Number.POSITIVE_INFINITY;

/** Login nodes first, in their order: what is behind them is asked through a connection that is checked already. */
function turnOf({ isJump, connection }: KeyTarget): number {
  return isJump ? listJumps(connection.jump).length : HOSTS_TURN;
}

async function trustSome(location: StackLocation, options: TrustOptions, turn: number): Promise<readonly TrustedKeys[]> {
  const { located } = await readSitePlan(location);
  const all = listKeyTargets(located);
  const replaced = new Set(expandReplaced(options.replace));
  assertNamed(location.stack, replaced, all);
  assertNotAll(location.stack, replaced, all);
  const fileOf = ({ connection }: KeyTarget) => connection.knownHostsFile ?? `known_hosts.${location.stack}`;
  for (const [file, ofFile] of groupBy(all, fileOf)) assertOneWayEach(ofFile, file);
  const files = groupBy(
    all.filter((target) => turnOf(target) === turn && isAsked(target, replaced)),
    fileOf,
  );
  const trusted: TrustedKeys[] = [];
  for (const [file, ofFile] of files) {
    const ended = await trustInFile(location, options, file, ofFile);
    if (!ended.isDeclined) options.onTrusted?.(ended);
    trusted.push(ended);
  }
  return trusted;
}

/** @throws BadInputError for hosts that are not the stack's: a misspelt one would be left out without a word */
function assertNamed(stack: string, replaced: ReadonlySet<string>, targets: readonly KeyTarget[]): void {
  const known = new Set(targets.map(({ host }) => host));
  const unknown = [...replaced].filter((host) => !known.has(host));
  if (unknown.length === 0) return;
  throw BadInputError.of("--replace", `not hosts that ${stack} reaches by ssh: ${foldHosts(unknown)}`, `they are ${foldHosts([...known])}`);
}

/** @throws BadInputError for so many that one wrong answer on the way to them would speak for the whole stack */
function assertNotAll(stack: string, replaced: ReadonlySet<string>, targets: readonly KeyTarget[]): void {
  const all = new Set(targets.map(({ host }) => host)).size;
  if (replaced.size <= Math.max(1, Math.floor(all / 2))) return;
  throw BadInputError.of(
    "--replace",
    `names ${replaced.size} of the ${all} hosts of ${stack}: so many new keys at once may be one machine that answers for all`,
    "name those that were reinstalled, half of them at a time; where all of them were: move the file of `ssh.knownHosts` away, then `ldms hosts trust`",
  );
}

/** The way to the hosts whose keys are replaced is asked with them; and where no file is named yet, all are to come into the new one. */
function isAsked({ host, isJump, connection }: KeyTarget, replaced: ReadonlySet<string>): boolean {
  return replaced.size === 0 || isJump || replaced.has(host) || connection.knownHostsFile === undefined;
}

function expandReplaced(replace: string | undefined): string[] {
  return replace === undefined ? [] : expandHostlist(replace);
}

async function trustInFile(
  location: StackLocation,
  { replace, onScan, confirm = async () => true, signal }: TrustOptions,
  file: string,
  targets: readonly KeyTarget[],
): Promise<TrustedKeys> {
  const text = readKnownHosts(location.projectFolder, file);
  const scanned = await scanHostKeys(targets, text, signal);
  onScan?.(scanned);
  const wanted = chooseTrusted(scanned, new Set(expandReplaced(replace)), location.stack);
  const silent = namesOf(scanned.filter(({ state }) => state === "silent"));
  if (wanted.length > 0) {
    if (!(await confirm(wanted)))
      return { file, isDeclined: true, hosts: namesOf(scanned.filter(({ state }) => state === "same")), silent };
    await keepKeys(
      location.projectFolder,
      file,
      text,
      wanted.flatMap(({ found }) => found),
    );
  }
  if (targets.some(({ connection }) => connection.knownHostsFile === undefined)) {
    await setConfigInside(location, "ssh", ["knownHosts"], file);
  }
  return { file, isDeclined: false, hosts: namesOf(scanned.filter((host) => host.state === "same" || wanted.includes(host))), silent };
}

function namesOf(scanned: readonly ScannedHost[]): readonly string[] {
  return scanned.map(({ target }) => target.host);
}

/** @throws Error where the file is not what the keys were compared with; nothing was written then */
async function keepKeys(projectFolder: string, file: string, before: string, keys: readonly HostKey[]): Promise<void> {
  const path = resolve(projectFolder, file);
  await holdFile(path, async () => {
    if (readKnownHosts(projectFolder, file) !== before)
      throw new Error(`${file}: was changed by somebody else meanwhile; nothing was written\n  help: run it again`);
    await writeFileAtomically(path, trustKeys(before, keys));
  });
}

/** @throws Error where a key has changed and nobody said that it may; nothing was written then */
function chooseTrusted(scanned: readonly ScannedHost[], replaced: ReadonlySet<string>, stack: string): readonly ScannedHost[] {
  const changed = namesOf(scanned.filter(({ state, target }) => state === "changed" && !replaced.has(target.host)));
  if (changed.length === 0) return scanned.filter(({ state }) => state === "new" || state === "changed");
  const hosts = foldHosts([...changed]);
  throw new Error(`${hosts}: the ssh host key has changed; nothing was written
  help: ask who reinstalled it, compare with \`ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub\` on its console, then: ldms hosts trust -s ${stack} --replace ${hosts}`);
}
