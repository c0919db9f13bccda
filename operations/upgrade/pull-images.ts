import { mirrorReference, pullReference } from "../../plan/images/plan-images";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import type { PlannedHost } from "../../plan/model/host";
import type { ImageName } from "../../plan/model/image";
import { splitRegistry } from "../../plan/text/registry";
import { renderAssignments, sh } from "../../plan/text/shell-script";
import { askHost, isDead } from "../reach/ask-hosts";
import { HOSTS_AT_ONCE, mapBounded } from "../reach/bounded";
import type { HostLine } from "../reach/fold-by-text";
import { withHosts } from "../reach/with-hosts";

export interface PulledImages {
  /** What of them has not got all of its images, and why. */
  readonly failures: readonly HostLine[];
  /** Hosts without an answer; nothing is known of them. */
  readonly dead: readonly string[];
  /** By image, the digest of what runs, of most hosts; absent where no host can tell. */
  readonly running: ReadonlyMap<ImageName, string>;
}

/** Words of a host: `failed REFERENCE why`, or `was CONTAINER DIGESTS`. */
const BODY = sh`
PATH=$PATH:/usr/local/bin
for wanted in $references; do
  said=$(docker pull --quiet "$wanted" 2>&1 </dev/null) || printf 'failed\t%s\n' "$(printf '%s' "$said" | tail -n 1)"
done
for name in $containers; do
  id=$(docker inspect --format '{{.Image}}' "$name" 2>/dev/null) || continue
  printf 'was\t%s\t%s\n' "$name" "$(docker image inspect --format '{{join .RepoDigests " "}}' "$id" 2>/dev/null)"
done
printf 'end\n'
`;

/**
 * Brings the images to every host that runs them, and stops and starts nothing there.
 * @param plan with the new digests @param names which images @param seconds for one host
 */
export function pullImages(
  plan: DeploymentPlan,
  names: ReadonlySet<ImageName>,
  { seconds, signal }: { readonly seconds: number; readonly signal: AbortSignal },
): Promise<PulledImages> {
  const hosts = plan.hosts.filter(({ containers }) => containers.some(({ image }) => names.has(image)));
  const limit = plan.fanOut?.pulls.limit ?? HOSTS_AT_ONCE;
  return withHosts(async (run) => {
    const answers = await mapBounded(hosts, (host) => askHost(host, questionTo(plan, host, names, seconds), { run, signal }), limit);
    const silent = answers.flatMap((answer) => ("value" in answer ? [] : [answer]));
    const told = answers.flatMap((answer) => ("value" in answer ? [{ host: answer.host, ...answer.value }] : []));
    return {
      failures: [
        ...told.flatMap(({ host, failed }) => failed.map((text) => ({ host: host.name, text }))),
        ...silent.filter((answer) => !isDead(answer)).map(({ host, reason }) => ({ host: host.name, text: reason })),
      ],
      dead: silent.filter(isDead).map(({ host }) => host.name),
      running: findRunning(plan, told),
    };
  }, plan);
}

function questionTo({ images }: DeploymentPlan, host: PlannedHost, names: ReadonlySet<ImageName>, seconds: number) {
  const own = host.containers.filter(({ image }) => names.has(image));
  const references = images
    .filter(({ name }) => own.some(({ image }) => image === name))
    .map((image) => mirrorReference(pullReference(image), host.mirror));
  const script = renderPullScript(
    references,
    own.map(({ name }) => name),
  );
  return { step: "pull images", seconds, command: { script }, parse: parsePulled };
}

/** POSIX sh for a host: pulls what it is given, and tells by which digests those containers run. */
export function renderPullScript(references: readonly string[], containers: readonly string[]): string {
  return `${renderAssignments({ references: references.join(" "), containers: containers.join(" ") })}${BODY}`;
}

interface Told {
  readonly failed: readonly string[];
  /** Digests of what each container runs, by its name. */
  readonly was: ReadonlyMap<string, readonly string[]>;
}

export function parsePulled(output: string): Told | undefined {
  const rows = output.split("\n").map((line) => line.split("\t"));
  if (!rows.some(([kind]) => kind === "end")) return undefined;
  return {
    failed: rows.flatMap(([kind, ...words]) => (kind === "failed" ? [words.join(" ")] : [])),
    was: new Map(rows.flatMap(([kind, name = "", digests = ""]) => (kind === "was" ? [[name, digests.split(" ").filter(Boolean)]] : []))),
  };
}

/** An image may be known by several repositories: its own counts, from wherever it was pulled. */
function findRunning(plan: DeploymentPlan, told: readonly (Told & { readonly host: PlannedHost })[]): ReadonlyMap<ImageName, string> {
  const repositoryOf = new Map(plan.images.map(({ name, reference }) => [name, repository(reference)]));
  const counts = new Map<ImageName, Map<string, number>>();
  for (const { host, was } of told) {
    for (const { name, image } of host.containers) {
      const own = was.get(name)?.find((one) => repository(one) === repositoryOf.get(image));
      const digest = own?.split("@")[1];
      if (digest === undefined) continue;
      const ofImage = counts.get(image) ?? new Map<string, number>();
      counts.set(image, ofImage.set(digest, (ofImage.get(digest) ?? 0) + 1));
    }
  }
  return new Map([...counts].map(([image, ofImage]) => [image, [...ofImage].reduce((a, b) => (b[1] > a[1] ? b : a))[0]]));
}

/** Without registry, tag and digest. */
function repository(reference: string): string {
  return splitRegistry(reference.split("@")[0]!).repository.replace(/:[^:/]*$/, "");
}
