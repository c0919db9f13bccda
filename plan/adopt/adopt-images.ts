import { OWN_IMAGES, type OwnImageName } from "../config/images";
import { ROLES } from "../containers/roles";
import { majorityOf } from "../text/majority";
import { splitRegistry } from "../text/registry";
import type { HandMade } from "./hand-made";

const DEFAULT_TAG = "latest";

interface NamedImage {
  readonly reference: string;
  /** Of a name that is upstream's: what stands before it and behind it. */
  readonly usual?: { readonly registry?: string; readonly namespace: string; readonly tag: string };
  readonly digest?: string;
}

/** The key `images` of what the containers run: each role's majority, in as few words as say it. */
export function adoptImages(found: readonly HandMade[]): Readonly<Record<string, unknown>> {
  const named = new Map(
    OWN_IMAGES.flatMap((name) => {
      const ofRole = found.filter(({ role }) => ROLES[role].image === name);
      const reference = majorityOf(ofRole, referenceOf);
      if (reference === undefined) return [];
      const { image } = ofRole.find((one) => referenceOf(one) === reference)!;
      return [[name, readImage(name, reference, image?.RepoDigests ?? [])] as const];
    }),
  );
  const usual = majorityOf(
    [...named.values()].filter((one) => one.usual !== undefined),
    (one) => one.usual,
  );
  const isUsual = (one: NamedImage) => JSON.stringify(one.usual) === JSON.stringify(usual);
  const references = entriesOf(named, (one) => (isUsual(one) ? undefined : one.reference));
  const digests = entriesOf(named, (one) => (one.reference.includes("@") ? undefined : one.digest));
  return {
    ...usual,
    ...(Object.keys(references).length > 0 && { references }),
    ...(Object.keys(digests).length > 0 && { digests }),
  };
}

/** With its tag, which may have been left out when it was typed. */
export function referenceOf({ reference }: Pick<HandMade, "reference">): string {
  const isTagged = /:[^/:@]+(@.*)?$/.test(reference) || reference.includes("@") || reference.startsWith("sha256:");
  return isTagged ? reference : `${reference}:${DEFAULT_TAG}`;
}

function readImage(name: OwnImageName, reference: string, repoDigests: readonly string[]): NamedImage {
  const { registry, repository } = splitRegistry(reference);
  const [, namespace, tag] = new RegExp(`^(.+)/${name}:([^:@/]+)$`).exec(repository) ?? [];
  const bare = reference.replace(/:[^/:@]+$/, "");
  // Of one that was built or loaded there is none.
  const digest = repoDigests.find((one) => one.startsWith(`${bare}@`))?.split("@")[1];
  const usual = namespace === undefined || tag === undefined ? undefined : { ...(registry !== undefined && { registry }), namespace, tag };
  return { reference, ...(usual && { usual }), ...(digest !== undefined && { digest }) };
}

function entriesOf(named: ReadonlyMap<string, NamedImage>, pick: (image: NamedImage) => string | undefined): Record<string, string> {
  return Object.fromEntries(
    [...named].flatMap(([name, image]) => {
      const value = pick(image);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}
