import { describeKeys, type HostKey, indexKnownHosts, knownName, parseScan } from "../../plan/hosts/known-hosts";
import { groupBy } from "../../plan/text/group-by";
import { shellLine } from "../../plan/text/shell";
import { runProcess } from "../../processes/run-process";
import { mapBounded } from "./bounded";
import { foldByText } from "./fold-by-text";
import type { KeyTarget } from "./key-targets";
import { runOnHost } from "./run-on-host";

/** What is new about one host's keys. */
export interface ScannedHost {
  readonly target: KeyTarget;
  /** `silent`: it gave no key in time. */
  readonly state: "same" | "new" | "changed" | "silent";
  readonly found: readonly HostKey[];
  /** What the known_hosts file has of it. */
  readonly known: readonly HostKey[];
}

/** Types that every sshd of the last years has one of; the order is the one of preference. */
const KEY_TYPES = "ed25519,ecdsa,rsa";
/** ssh-keyscan asks all hosts at once; what takes longer is its own start and slow banners. */
const SCAN_SPARE_SECONDS = 20;

/**
 * Asks hosts for their keys, from here or from the login node before them, and compares these with what is known.
 *
 * @param knownHosts text of the file
 */
export async function scanHostKeys(targets: readonly KeyTarget[], knownHosts: string, signal?: AbortSignal): Promise<ScannedHost[]> {
  const ways = groupBy(targets, (target) => JSON.stringify([target.connection.jump, target.port]));
  const answers = await mapBounded([...ways.values()], async (sameWay) => {
    const keys = groupBy(parseScan(await scan(sameWay, signal), new Set(sameWay.map(knownName))), ({ name }) => name);
    return sameWay.map((target) => [target, keys.get(knownName(target)) ?? []] as const);
  });
  // A name alone would let one login node speak for the hosts behind another.
  const found = new Map(answers.flat());
  const keysOf = indexKnownHosts(knownHosts);
  return targets.map((target) => {
    const [offered, known] = [found.get(target) ?? [], keysOf(knownName(target))];
    return { target, found: offered, known, state: compare(offered, known) };
  });
}

/** A type that is known and comes with another key is a changed host; one more type is not. */
function compare(found: readonly HostKey[], known: readonly HostKey[]): ScannedHost["state"] {
  if (found.length === 0) return "silent";
  if (known.length === 0) return "new";
  const isKnown = ({ type, key }: HostKey) => known.some((one) => one.type === type && one.key === key);
  const isOther = ({ type, key }: HostKey) =>
    known.some((one) => one.type === type && one.key !== key) && !isKnown({ name: "", type, key });
  return found.some(isOther) || !found.some(isKnown) ? "changed" : "same";
}

/** @returns what ssh-keyscan printed, where some hosts are silent, too. @throws RemoteCommandError where the login node cannot be asked */
async function scan(targets: readonly KeyTarget[], signal?: AbortSignal): Promise<string> {
  const [first] = targets;
  if (!first) return "";
  const { connectTimeoutSeconds } = first.connection;
  const addresses = targets.map(({ address }) => address);
  const argv = ["ssh-keyscan", "-T", String(connectTimeoutSeconds), "-p", String(first.port), "-t", KEY_TYPES, ...addresses] as const;
  const limits = { timeoutSeconds: 2 * connectTimeoutSeconds + SCAN_SPARE_SECONDS, ...(signal && { signal }) };
  const { jump, ...direct } = first.connection;
  if (!jump) return (await runProcess(argv, limits)).stdout;
  const way = { ...direct, ...jump };
  // ssh-keyscan ends with 1 where one host is silent.
  const script = `${shellLine(argv)} 2>/dev/null || true`;
  const { stdout } = await runOnHost({ name: jump.address, connection: way }, { script }, { ...limits, step: "ssh-keyscan" });
  return stdout;
}

/** A line a fingerprint: hosts that boot from one image have one key. */
export function renderScan(scanned: readonly ScannedHost[]): string[] {
  const lines = scanned.flatMap(({ target, state, found, known }) => {
    const host = target.host;
    switch (state) {
      case "same":
        return [];
      case "silent":
        return [{ host, text: "gives no host key" }];
      case "new":
        return [{ host, text: `new: ${describeKeys(found)}` }];
      case "changed":
        return [{ host, text: `CHANGED: ${describeKeys(found)}\n  it was: ${describeKeys(known)}` }];
      default:
        return state satisfies never;
    }
  });
  return foldByText(lines);
}
