import type { PlannedHost } from "../../plan/model/host";
import { type ImageName, upstreamOf } from "../../plan/model/image";
import { groupBy } from "../../plan/text/group-by";
import { registryOf } from "../../plan/text/registry";
import { askHost } from "../reach/ask-hosts";
import { mapBounded } from "../reach/bounded";
import type { RunOn } from "../reach/run-on-host";
import type { PreflightProblem } from "./check-host";
import type { Pull } from "./list-pulls";
import { parseRegistryAnswers, REGISTRY_SECONDS, type RegistryAnswer, renderRegistryScript } from "./registry-script";

/** By host; an empty list where nothing is in its way. */
type ProblemsByHost = ReadonlyMap<string, readonly PreflightProblem[]>;

/** A host that answers, and what of its pulls its engine does not have yet. */
export interface WaitingHost {
  readonly target: PlannedHost;
  readonly pulls: readonly Pull[];
}

/**
 * Has one host of each registry ask it for every image that some host is going to pull from it. What a registry does not have, or that nobody reaches it, is a
 * problem of every host that waits for it; where it only asks who is there, nothing can be told.
 */
export async function checkRegistries(run: RunOn, waiting: readonly WaitingHost[], signal?: AbortSignal): Promise<ProblemsByHost> {
  const all = waiting.flatMap(({ target, pulls }) => pulls.map((pull) => ({ target, registry: registryOf(pull.reference), ...pull })));
  const byRegistry = [...groupBy(all, ({ registry }) => registry)];
  const answers = await mapBounded(byRegistry, async ([registry, pulls]) => {
    const references = [...new Set(pulls.map(({ reference }) => reference))];
    const [{ target }] = pulls as [(typeof pulls)[number]];
    const command = { script: renderRegistryScript(references) };
    const answer = await askHost(
      target,
      { step: "registry look", seconds: REGISTRY_SECONDS, command, parse: parseRegistryAnswers },
      { run, signal },
    );
    // A host that cannot be asked tells nothing of the registry; what stands in its own way is told elsewhere.
    const said = "value" in answer ? answer.value : [];
    return [registry, (pull: Pull) => describePull(registry, target.name, pull, said)] as const;
  });
  const problemsOf = new Map(answers);
  return new Map(
    waiting.map(({ target, pulls }) => {
      const found = pulls.flatMap((pull) => problemsOf.get(registryOf(pull.reference))!(pull) ?? []);
      return [target.name, [...new Map(found.map((problem) => [problem.message, problem])).values()]];
    }),
  );
}

function helpForMissing(image: ImageName): string {
  if (image !== upstreamOf(image)) return "push it there, or name one that is there by the group's `image`";
  return `build it with \`images: { source: build }\`, send it with \`source: archive\`, or name one that is there by \`images.references.${image}\``;
}

/** What is in the way of one pull, by what `asker` was told; undefined where nothing is. */
export function describePull(
  registry: string,
  asker: string,
  pull: Pull,
  answers: readonly RegistryAnswer[],
): PreflightProblem | undefined {
  const { image, reference } = pull;
  const answer = answers.find((one) => one.reference === reference);
  switch (answer?.kind) {
    case "missing":
      return {
        subject: "image",
        message: `image \`${reference}\` is not in registry \`${registry}\``,
        help: helpForMissing(image),
      };
    case "unreachable":
      return {
        subject: "registry",
        message: `registry \`${registry}\` does not answer ${asker}: ${answer.reason}`,
        help: "name one that the hosts reach by `images.registry`, or send the images with `images: { source: archive }`",
      };
    default:
      return undefined;
  }
}
