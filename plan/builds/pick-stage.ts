import { type ImageName, upstreamOf } from "../model/image";
import type { StepName } from "../model/source-names";
import { globToPattern, IMAGE_CONTENTS } from "./image-contents";

/** The build argument that carries a step's image: `SOSDB_UI_IMAGE`. */
export function stepArgument(step: StepName): string {
  return `${step.replaceAll("-", "_").toUpperCase()}_IMAGE`;
}

const OWN_STAGE = /^(?:#.*\n)*FROM scratch AS binaries\n(?:(?!FROM ).*\n)*/m;

/**
 * A recipe whose binaries come from the images of steps instead of its context.
 *
 * @throws Error for a recipe without a stage `binaries`
 */
export function renderStepsRecipe(recipe: string, steps: readonly StepName[]): string {
  if (!OWN_STAGE.test(recipe)) throw new Error("a recipe has no stage `binaries`");
  const [last = "", ...others] = [...steps].reverse();
  const args = steps.map((step) => `ARG ${stepArgument(step)}`);
  const stage = [
    ...others.map((step) => `FROM \${${stepArgument(step)}} AS from-${step}`),
    `FROM \${${stepArgument(last as StepName)}} AS picked`,
    ...others.map((step) => `COPY --from=from-${step} /opt/ovis/ /from/${step}/`),
    "COPY pick /usr/local/lib/ldms-pick",
    `RUN sh /usr/local/lib/ldms-pick /picked /opt/ovis ${others.map((step) => `/from/${step}`).join(" ")}`.trimEnd(),
    "FROM scratch AS binaries",
    "COPY --from=picked /picked/ /opt/ovis/",
  ];
  return `${args.join("\n")}\n${recipe.replace(OWN_STAGE, `${stage.join("\n")}\n\n`)}`;
}

/** `pick TO FROM...`: copies what the image takes of each tree; the same choice as `takesOvisFile`. */
export function renderPickScript(image: ImageName): string {
  const { include, exclude } = IMAGE_CONTENTS[upstreamOf(image)];
  const pattern = (globs: readonly string[]) => `^(${globs.map(globToPattern).join("|")})$`;
  const without = exclude.length > 0 ? ` | { grep -vE '${pattern(exclude)}' || true; }` : "";
  return `set -eu
to=$1; shift
mkdir -p "$to"
for tree in "$@"; do
  cd "$tree"
  find . ! -type d | sed 's|^\\./||' | { grep -E '${pattern(include)}' || true; }${without} | LC_ALL=C sort >/tmp/picked
  tar -c -T /tmp/picked | tar -x -C "$to"
done
[ -n "$(ls -A "$to")" ] || { echo "${image}: what was built has no file that this image takes" >&2; exit 1; }
`;
}
