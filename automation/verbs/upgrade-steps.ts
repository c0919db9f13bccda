import { HostsNotReadyError } from "../../operations/preflight/pass-preflight";
import type { DeployFailure } from "../../operations/upgrade/batch-end";
import type { DataWatch } from "../../operations/upgrade/data-watch";
import type { BatchRecord, ImageChoice, UpgradeRecord } from "../../operations/upgrade/upgrade-record";
import type { UpgradeSteps } from "../../operations/upgrade/upgrade-run";
import { holdStackFile } from "../../stack/stack-config";
import { parseUrn } from "../../stack/urn";
import { StepFailedError } from "../run-errors";
import { readSitePlan } from "../site-plan";
import type { UpgradeFile } from "../upgrade-file";
import type { SiteContext } from "./site-context";

export interface BoundArgs {
  readonly file: UpgradeFile;
  readonly record: UpgradeRecord;
  readonly watch: DataWatch;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
  readonly actor?: string;
}

/** What an upgrade does to this stack. */
export function bindSteps(site: SiteContext, { file, record, watch, say, signal, actor }: BoundArgs): UpgradeSteps {
  const what = `upgrade ${record.from.tag} to ${record.to.tag}`;
  const words = (name: string) => [`${what}, ${name}`, ...(record.message === "" ? [] : [record.message])].join(": ");
  const up = (name: string, batches: readonly BatchRecord[], isBack: boolean) =>
    deploy(site, {
      batches,
      all: record.batches,
      isBack,
      run: { message: words(name), signal, ...(actor !== undefined && { actor }) },
    });
  return {
    choose: (images) => choose(site, images),
    deploy: (batches, isBack) => up(`${isBack ? "back, " : ""}${batches.map(({ name }) => name).join(", ")}`, batches, isBack),
    deployAll: () => up("all", [], false),
    awaitData: (args) => watch.awaitData(record.baseline, args),
    takeGaps: () => watch.takeGaps(),
    save: (changed) => file.write(changed),
    isPauseWanted: () => file.isPauseWanted(),
    say,
    signal,
  };
}

async function choose({ location }: SiteContext, { tag, digests }: ImageChoice): Promise<void> {
  const { images } = (await readSitePlan(location)).config;
  await holdStackFile(location, async (file) => {
    if (images.tag !== tag) await file.setInside("images", ["tag"], tag);
    for (const [image, digest] of Object.entries(digests))
      if (images.digests[image as keyof typeof images.digests] !== digest) await file.setInside("images", ["digests", image], digest);
  });
}

interface DeployArgs {
  /** Empty: the whole stack. */
  readonly batches: readonly BatchRecord[];
  /** Of the upgrade. */
  readonly all: readonly BatchRecord[];
  readonly isBack: boolean;
  readonly run: { readonly message: string; readonly signal: AbortSignal; readonly actor?: string };
}

async function deploy(site: SiteContext, { batches, all, isBack, run }: DeployArgs): Promise<readonly DeployFailure[]> {
  const targets = batches.flatMap(({ resources }) => resources.map((name) => `**::${name}`));
  try {
    const { skippedHosts } = await site.start("up", { ...run, targets }, { ofUpgrade: isBack ? "back" : "forward" }).result;
    const hosts = new Set(batches.flatMap((batch) => batch.hosts));
    return isBack
      ? skippedHosts.filter((host) => hosts.has(host)).map((host) => ({ host, message: "is not ready, and was left as it is" }))
      : [];
  } catch (error) {
    if (error instanceof HostsNotReadyError) return [{ message: error.message.split("\n").at(-1)! }];
    if (!(error instanceof StepFailedError)) throw error;
    return readFailures(error, all);
  }
}

/** A host's first failure is the reason of its others. */
function readFailures({ failures }: StepFailedError, batches: readonly BatchRecord[]): readonly DeployFailure[] {
  const found = new Map<string, DeployFailure>();
  for (const { urn, message } of failures) {
    const host = hostOf(urn === "" ? "" : parseUrn(urn).name, batches);
    const key = host ?? urn;
    const lines = message.split("\n").filter((line) => line.trim() !== "");
    // A head says on lines of their own which hosts of a batch failed.
    if (!found.has(key)) found.set(key, host === undefined ? { message: lines.join("; ") } : { host, message: lines[0] ?? "" });
  }
  return [...found.values()];
}

/** Of a batch of the method `fan-out`, whose resource is all its hosts', none. */
function hostOf(name: string, batches: readonly BatchRecord[]): string | undefined {
  const hosts = batches.filter(({ isChained }) => !isChained).flatMap((batch) => batch.hosts);
  return hosts.filter((host) => name === host || name.startsWith(`${host}-`)).sort((a, b) => b.length - a.length)[0];
}
