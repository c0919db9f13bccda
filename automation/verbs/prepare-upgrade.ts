import { OperationError } from "../../operations/common/operation-error";
import { planStack, stackValues } from "../../operations/plan-stack";
import { foldByText } from "../../operations/reach/fold-by-text";
import { locatePlan } from "../../operations/reach/locate-plan";
import { pullImages } from "../../operations/upgrade/pull-images";
import type { ImageChoice } from "../../operations/upgrade/upgrade-record";
import { FanOut } from "../../plan/config/fan-out";
import { Images } from "../../plan/config/images";
import { canBeSpared } from "../../plan/containers/roles";
import { foldHosts } from "../../plan/hostlist/fold";
import { defaultReference } from "../../plan/images/plan-images";
import { isOlderTag } from "../../plan/images/upstream-versions";
import { type DeploymentPlan, hostNamed } from "../../plan/model/deployment-plan";
import type { ImageName, PlannedImage } from "../../plan/model/image";
import { BadInputError } from "../../plan/problems/errors";
import { assertNoViolations } from "../../plan/rules/check-plan";
import { toSeconds } from "../../plan/text/duration";
import { countOf, showControls } from "../../plan/text/text";
import { planUpgrade } from "../../plan/upgrade/plan-upgrade";
import { readStackConfig } from "../../stack/stack-config";
import { assertMessage } from "../run-options";
import { checkSitePlan, readSitePlan, type SitePlan } from "../site-plan";
import { assertNoUpgrade } from "../upgrade-file";
import { findRegistryDigest } from "./lock-images";
import type { SiteContext } from "./site-context";
import type { PlannedUpgrade, UpgradeArgs } from "./upgrade-args";

const FRESH_SECONDS = 30;
const WAIT_SECONDS = 120;
/** Of the longest interval. */
const INTERVALS = 3;

/** All that can be known before a host is changed. @throws BadInputError where there is no such upgrade */
export async function prepareUpgrade(site: SiteContext, args: UpgradeArgs): Promise<PlannedUpgrade> {
  const { location } = site;
  assertArgs(args);
  await assertNoUpgrade(location);
  const today = await readSitePlan(location);
  const { images } = today.config;
  const own = today.plan.images.filter((image) => followsTag(today, image));
  if (own.length === 0) {
    const help = "a tag that a registry has: `ldms:images: { source: registry, tag: … }`; else change the file, and `ldms up`";
    throw BadInputError.of("upgrade", "no image of the stack comes from a registry by `images.tag`", help);
  }
  const [from, to] = [choiceOf(images.tag, own), await findDigests(today, own, args.to, location.projectFolder)];
  if (from.tag === to.tag && own.every(({ name }) => from.digests[name] === to.digests[name]))
    throw BadInputError.of(
      "upgrade",
      `the stack has \`${to.tag}\` already, and the registry has no other one`,
      `ldms status -s ${location.stack}`,
    );
  const next = await planWith(site, to, args);
  assertNoViolations(checkSitePlan(next).violations);
  await assertDeployed(site);
  const { config, located } = next;
  const freshSeconds = args.freshSeconds ?? Math.max(FRESH_SECONDS, INTERVALS * longestInterval(located));
  assertWait(freshSeconds, args.waitSeconds);
  return {
    from,
    to,
    leftOut: today.plan.images.filter((image) => !own.includes(image)).map(({ name }) => name),
    batches: planUpgrade(config, located, isOlderTag(to.tag, from.tag)),
    located,
    freshSeconds,
    waitSeconds: args.waitSeconds ?? Math.max(WAIT_SECONDS, 2 * freshSeconds),
    hostSeconds: toSeconds(config.fanOut.hostTimeout),
  };
}

function assertArgs({ to, maxFail, message = "", freshSeconds, waitSeconds }: UpgradeArgs): void {
  assertMessage({ message });
  const tag = Images.shape.tag.safeParse(to);
  if (!tag.success)
    throw BadInputError.of(
      "--to",
      `${tag.error.issues[0]!.message}: \`${showControls(to)}\``,
      "a tag that the registry has, such as 4.5.4",
    );
  const amount = FanOut.shape.maxFail.safeParse(maxFail);
  if (!amount.success)
    throw BadInputError.of(
      "--max-fail",
      `must be a number of hosts, or a share of them: \`${showControls(String(maxFail))}\``,
      "`1`, or `5%`",
    );
  assertWait(freshSeconds ?? FRESH_SECONDS, waitSeconds);
}

/** The rate of before has to be seen again, without the gap in it. */
function assertWait(freshSeconds: number, waitSeconds = Number.POSITIVE_INFINITY): void {
  if (freshSeconds <= 0 || waitSeconds <= freshSeconds)
    throw BadInputError.of(
      "--fresh",
      `must be more than 0 s, and less than --wait: \`${freshSeconds}\``,
      `--wait ${2 * freshSeconds || 60}`,
    );
}

/** Not built here, not from a file, and by no reference of its own. */
function followsTag({ config }: SitePlan, { name, reference, build, archive }: PlannedImage): boolean {
  return build === undefined && archive === undefined && reference === defaultReference(config.images, name);
}

function choiceOf(tag: string, images: readonly PlannedImage[]): ImageChoice {
  return { tag, digests: Object.fromEntries(images.flatMap(({ name, digest }) => (digest === undefined ? [] : [[name, digest]]))) };
}

/** What the registry has by that tag now. */
async function findDigests({ config, plan }: SitePlan, images: readonly PlannedImage[], tag: string, folder: string): Promise<ImageChoice> {
  const found = await Promise.all(
    images.map(async ({ name }) => {
      const reference = defaultReference({ ...config.images, tag }, name);
      return [name, await findRegistryDigest(plan, { name, reference }, folder, "nothing was changed")] as const;
    }),
  );
  return { tag, digests: Object.fromEntries(found) };
}

/** The stack file with the new images, read as a whole: a version may be one that the rest of it is not for. */
async function planWith({ location }: SiteContext, to: ImageChoice, { maxFail }: UpgradeArgs): Promise<SitePlan> {
  const stack = stackValues(location.stack, location.projectFolder, await readStackConfig(location));
  const images = stack.values["images"] as { readonly digests?: object } | undefined;
  const changed = { ...images, tag: to.tag, digests: { ...images?.digests, ...to.digests } };
  const fanOut = { ...(stack.values["fanOut"] as object | undefined), ...(maxFail !== undefined && { maxFail }) };
  const planned = await planStack({ ...stack, values: { ...stack.values, images: changed, fanOut } });
  const { isKeeping } = (await readSitePlan(location)).located;
  return { ...planned, located: { ...locatePlan(planned.plan, location.projectFolder), ...(isKeeping !== undefined && { isKeeping }) } };
}

/** What else waits in the stack file would go along, host by host. */
async function assertDeployed(site: SiteContext): Promise<void> {
  const { steps } = await site.start("preview", {}).result;
  if (steps.length === 0) return;
  const some = steps.slice(0, 3).map(({ op, name }) => `${op} ${name}`);
  throw BadInputError.of(
    "upgrade",
    `the hosts are not as the stack file says: ${some.join(", ")}${steps.length > some.length ? ", …" : ""}; nothing was changed`,
    `ldms up -s ${site.location.stack} first`,
  );
}

function longestInterval({ daemons }: DeploymentPlan): number {
  return daemons.reduce((longest, { sets = [] }) => Math.max(longest, ...sets.map(({ intervalSeconds }) => intervalSeconds)), 0);
}

/**
 * Nothing is restarted before every host has its images.
 * @returns what the hosts have now: what they go back to. @throws OperationError where one cannot pull, or nobody can tell what runs
 */
export async function pullEverywhere(
  planned: PlannedUpgrade,
  { say, signal }: { readonly say: (line: string) => void; readonly signal: AbortSignal },
): Promise<ImageChoice> {
  const { located, from, to, hostSeconds } = planned;
  const names = new Set(Object.keys(to.digests) as ImageName[]);
  const begunMs = Date.now();
  const { failures, dead, running } = await pullImages(located, names, { seconds: hostSeconds, signal });
  const intolerable = dead.filter((host) => !canBeSpared(hostNamed(located, host).containers));
  const isTooMany = intolerable.length > 0 || dead.length > located.toleratedDeadHosts;
  const lines = [...foldByText(failures), ...(isTooMany ? [`${foldHosts(dead)}: no answer, and not within \`ldms:tolerate\``] : [])];
  if (lines.length > 0)
    throw new OperationError("upgrade", `the images are not on every host; nothing was changed\n${lines.join("\n")}`, "ldms preflight");
  const seconds = ((Date.now() - begunMs) / 1000).toFixed(0);
  const leftOut = dead.length > 0 ? `; no answer from ${foldHosts(dead)}` : "";
  say(`pulled: ${countOf(located.hosts.length - dead.length, "host")} in ${seconds} s; nothing is restarted yet${leftOut}`);
  const digests = { ...Object.fromEntries(running), ...from.digests };
  const unknown = [...names].filter((name) => digests[name] === undefined);
  if (unknown.length === 0) return { tag: from.tag, digests };
  const help = "`ldms images lock`, `ldms up`, then the upgrade";
  throw new OperationError(
    "upgrade",
    `nobody can tell which ${unknown.join(", ")} runs: there would be no way back; nothing was changed`,
    help,
  );
}
