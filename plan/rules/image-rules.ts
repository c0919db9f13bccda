import type { ImageFacts } from "./facts";
import type { Rule } from "./rule";

const DIGEST = `sha256:${"ab".repeat(32)}`;

export const IMAGE_RULES: readonly Rule<ImageFacts>[] = [
  {
    name: "image-pinned-by-digest",
    description: "An image is referenced by digest: a tag may be another image tomorrow.",
    severity: "medium",
    // `images: { pin: required }` makes a missing digest an error of the stack file.
    enforcement: "advisory",
    applies: () => true,
    // By id: an archive's image, which no registry has a digest of.
    holds: ({ reference }) => (reference === undefined ? undefined : /(^|@)sha256:[0-9a-f]{64}$/.test(reference)),
    message: ({ reference }) => `image is not pinned by digest: \`${reference}\``,
    help: "ldms images lock -s STACK",
    examples: {
      breaking: { reference: "ovishpc/ldms-samp:4.5.3", hosts: [] },
      passing: { reference: `ovishpc/ldms-samp@${DIGEST}`, hosts: [] },
    },
  },
];
