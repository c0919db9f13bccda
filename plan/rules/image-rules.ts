import { PUBLISHED_BUILD } from "../images/published-build";
import { findRelease } from "../images/upstream-versions";
import type { ImageName } from "../model/image";
import { lackOf } from "../plugins/made-by";
import { registryOf, splitRegistry } from "../text/registry";
import type { ImageFacts } from "./facts";
import type { RuleParameters } from "./parameters";
import { quoted } from "./role-of-container";
import type { Rule } from "./rule";

const DIGEST = `sha256:${"ab".repeat(32)}`;
/** By id: an archive's image, which no registry has a digest of. */
const IMAGE_ID = /^sha256:[0-9a-f]{64}$/;

/** `ovishpc/ldms-samp:4.5.3` is `docker.io/ovishpc/ldms-samp:4.5.3`. */
function withRegistry(reference: string): string {
  return `${registryOf(reference)}/${splitRegistry(reference).repository}`;
}

function isAllowed(reference: string, { registries }: RuleParameters): boolean {
  return (
    registries.length === 0 || IMAGE_ID.test(reference) || registries.some((prefix) => withRegistry(reference).startsWith(`${prefix}/`))
  );
}

/** `ovishpc/ldms-ui:4.5.3` is upstream's own; with a digest after it, somebody has found it there. */
const UPSTREAM = /^(?:docker\.io\/)?ovishpc\/([^/:@]+):([^/:@]+)(@.*)?$/;

function isMade(reference: string): boolean {
  const [, name = "", tag = "", digest] = UPSTREAM.exec(reference) ?? [];
  return digest !== undefined || !findRelease(tag).lacks?.includes(name as ImageName);
}

/** Said by `ldms plan`, too, beside the `docker pull`. */
export const IMAGE_MADE_BY_UPSTREAM: Rule<ImageFacts> = {
  name: "image-made-by-upstream",
  description: "An image that is to come from upstream is one that its pipeline makes for the tag.",
  severity: "medium",
  // What the registry has, the look at the hosts finds out.
  enforcement: "advisory",
  readers: ["plan", "resources"],
  applies: ({ reference, isThere }) => isThere === undefined && UPSTREAM.test(reference ?? ""),
  holds: ({ reference = "" }) => isMade(reference),
  message: ({ reference = "" }) => `upstream's pipeline makes no such image for its tag: \`${reference}\``,
  help: "build it with `images: { source: build }`, or name one that you have by `images.references`",
  examples: {
    breaking: { reference: "ovishpc/ldms-ui:4.5.3", hosts: [] },
    passing: { reference: `ovishpc/ldms-ui:4.5.3@${DIGEST}`, hosts: [] },
  },
};

export const IMAGE_RULES: readonly Rule<ImageFacts>[] = [
  {
    name: "image-pinned-by-digest",
    description: "An image is referenced by digest: a tag may be another image tomorrow.",
    severity: "medium",
    // `images: { pin: required }` makes a missing digest an error of the stack file.
    enforcement: "advisory",
    readers: ["plan", "resources", "audit"],
    applies: () => true,
    holds: ({ reference }) => (reference === undefined ? undefined : /(^|@)sha256:[0-9a-f]{64}$/.test(reference)),
    message: ({ reference }) => `image is not pinned by digest: \`${reference}\``,
    help: "ldms images lock -s STACK",
    examples: {
      breaking: { reference: "ovishpc/ldms-samp:4.5.3", hosts: [] },
      passing: { reference: `ovishpc/ldms-samp@${DIGEST}`, hosts: [] },
    },
  },
  {
    name: "image-from-allowed-registry",
    description: "An image comes from one of the registries that the site allows; without a list, from any.",
    severity: "high",
    enforcement: "mandatory",
    readers: ["plan", "resources", "audit"],
    parameters: ["registries"],
    applies: () => true,
    holds: ({ reference }, parameters) => (reference === undefined ? undefined : isAllowed(reference, parameters)),
    message: ({ reference = "" }, { registries }) =>
      `image is from none of the registries ${quoted(registries)}: \`${withRegistry(reference)}\``,
    help: "take the image from one of them, or add its registry to the policy's `registries`",
    examples: {
      breaking: { reference: `mirror.example/ldms-samp@${DIGEST}`, hosts: [] },
      passing: { reference: `ovishpc/ldms-samp@${DIGEST}`, hosts: [] },
      parameters: { registries: ["docker.io/ovishpc"] },
    },
  },
  IMAGE_MADE_BY_UPSTREAM,
  {
    name: "image-has-its-plugins",
    description: "An image of upstream's has the plugins that its daemons load, by the options and libraries that upstream builds it with.",
    severity: "medium",
    // The image may be the site's own under upstream's name.
    enforcement: "advisory",
    readers: ["plan"],
    applies: ({ reference, plugins }) => plugins !== undefined && UPSTREAM.test(reference ?? ""),
    holds: ({ plugins = [] }) => plugins.every((plugin) => lackOf(plugin, PUBLISHED_BUILD) === undefined),
    message: ({ reference = "", plugins = [] }) => {
      const lacking = plugins.flatMap((plugin) => {
        const reason = lackOf(plugin, PUBLISHED_BUILD);
        return reason === undefined ? [] : [`\`${plugin}\` (${reason})`];
      });
      return `\`${reference}\` has no ${lacking.join(", ")}`;
    },
    help: "build it with `images: { source: build, sources: { ovis: { options } } }`, or name an image that has it by `images.references`",
    examples: {
      breaking: { reference: `ovishpc/ldms-samp:4.5.3@${DIGEST}`, hosts: [], plugins: ["jobid", "meminfo", "slingshot_metrics"] },
      passing: { reference: `ovishpc/ldms-samp:4.5.3@${DIGEST}`, hosts: [], plugins: ["meminfo", "site_power"] },
    },
  },
];
