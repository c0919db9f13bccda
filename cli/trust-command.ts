import { resolve } from "node:path";
import type { Command } from "commander";
import { readKnownHosts, renderScan, type ScannedHost, scanHostKeys } from "../operations/reach/host-keys";
import { assertOneWayEach, type KeyTarget, listKeyTargets } from "../operations/reach/key-targets";
import { foldHosts } from "../plan/hostlist/fold";
import { expandHostlist } from "../plan/hostlist/hostlist";
import { type HostKey, trustKeys } from "../plan/hosts/known-hosts";
import { BadInputError } from "../plan/problems/errors";
import { groupBy } from "../plan/text/group-by";
import { writeFileAtomically } from "../stack/atomic-file";
import { holdFile } from "../stack/held-file";
import { setConfigInside } from "../stack/stack-config";
import { confirm } from "./confirm";
import { EXIT } from "./exit-codes";
import { abortOnSignal, print, stackOption } from "./io";
import { locateStack, openPlan } from "./stack";

interface TrustOptions {
  readonly stack: string;
  readonly yes?: boolean;
  readonly replace?: string;
}

export function addTrustCommand(program: Command): void {
  program
    .command("hosts")
    .description("the machines of the stack")
    .command("trust")
    .description(
      "ask every host for its ssh key, show the fingerprints, and keep them in the stack's known_hosts: no other key is taken then",
    )
    .addOption(stackOption())
    .option("-y, --yes", "do not ask")
    .option("--replace <hostlist>", "take the new keys of these hosts, whose keys have changed")
    .addHelpText(
      "after",
      `
The file is the stack's \`ssh.knownHosts\`; a stack without one gets \`known_hosts.STACK\` beside the stack file. Hosts behind a login node are asked from there.
The first look trusts the network: compare some of the fingerprints with \`ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub\` on a host's console.

Examples:
  ldms hosts trust -s cygnus
  ldms hosts trust -s cygnus --replace cygnus-03     it was installed anew`,
    )
    .action(async (options: TrustOptions) => {
      process.exitCode = await runTrust(options);
    });
}

/** @returns the exit code */
async function runTrust(options: TrustOptions): Promise<number> {
  // Login nodes first: what is behind them is asked through a connection that is checked already.
  const code = await trustSome(options, true);
  return code === EXIT.done ? trustSome(options, false) : code;
}

async function trustSome(options: TrustOptions, areJumps: boolean): Promise<number> {
  const { located: plan } = await openPlan(options.stack);
  const all = listKeyTargets(plan);
  assertNamed(options, all);
  const fileOf = ({ connection }: KeyTarget) => connection.knownHostsFile ?? `known_hosts.${options.stack}`;
  for (const [file, ofFile] of groupBy(all, fileOf)) assertOneWayEach(ofFile, file);
  const files = groupBy(
    all.filter(({ isJump }) => isJump === areJumps),
    fileOf,
  );
  let code: number = EXIT.done;
  for (const [file, ofFile] of files) code = Math.max(code, await trustInFile(options, file, ofFile));
  return code;
}

/** @throws BadInputError for hosts that are not the stack's: a misspelt one would be left out without a word */
function assertNamed({ stack, replace }: TrustOptions, targets: readonly KeyTarget[]): void {
  const known = new Set(targets.map(({ host }) => host));
  const unknown = expandReplaced(replace).filter((host) => !known.has(host));
  if (unknown.length === 0) return;
  throw BadInputError.of("--replace", `not hosts that ${stack} reaches by ssh: ${foldHosts(unknown)}`, `they are ${foldHosts([...known])}`);
}

function expandReplaced(replace: string | undefined): string[] {
  return replace === undefined ? [] : expandHostlist(replace);
}

async function trustInFile({ stack, yes, replace }: TrustOptions, file: string, targets: readonly KeyTarget[]): Promise<number> {
  const location = await locateStack(stack);
  const text = readKnownHosts(location.projectFolder, file);
  const scanned = await scanHostKeys(targets, text, abortOnSignal());
  for (const line of renderScan(scanned)) print(line);
  const wanted = chooseTrusted(scanned, new Set(expandReplaced(replace)), stack);
  if (wanted.length > 0) {
    if (!(await confirm(`Trust ${wanted.length === 1 ? "this key" : "these keys"}?`, yes === true))) return EXIT.failed;
    const keys = wanted.flatMap(({ found }) => found);
    await keepKeys(location.projectFolder, file, text, keys);
  }
  if (targets.some(({ connection }) => connection.knownHostsFile === undefined)) {
    await setConfigInside(location, "ssh", ["knownHosts"], file);
  }
  const known = scanned.filter((host) => host.state === "same" || wanted.includes(host)).map(({ target }) => target.host);
  print(`${file}: has the keys of ${known.length > 0 ? foldHosts(known) : "no host"}`);
  return scanned.some(({ state }) => state === "silent") ? EXIT.failed : EXIT.done;
}

/** @throws Error where the file is not what the keys were compared with; nothing was written then */
async function keepKeys(projectFolder: string, file: string, before: string, keys: readonly HostKey[]): Promise<void> {
  const path = resolve(projectFolder, file);
  await holdFile(path, async () => {
    if (readKnownHosts(projectFolder, file) !== before) {
      throw new Error(`${file}: was changed by somebody else meanwhile; nothing was written\n  help: run it again`);
    }
    await writeFileAtomically(path, trustKeys(before, keys));
  });
}

/** @throws Error where a key has changed and nobody said that it may; nothing was written then */
function chooseTrusted(scanned: readonly ScannedHost[], replaced: ReadonlySet<string>, stack: string): readonly ScannedHost[] {
  const changed = scanned.filter(({ state, target }) => state === "changed" && !replaced.has(target.host)).map(({ target }) => target.host);
  if (changed.length === 0) return scanned.filter(({ state }) => state === "new" || state === "changed");
  const hosts = foldHosts(changed);
  throw new Error(`${hosts}: the ssh host key has changed; nothing was written
  help: ask who installed it anew, compare with \`ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub\` on its console, then: ldms hosts trust -s ${stack} --replace ${hosts}`);
}
