import { createHash } from "node:crypto";
import { z } from "zod";

const Id = z.string().regex(/^SPDXRef-[A-Za-z0-9.-]+$/);
const Text = z.string().min(1);
/** NOASSERTION, NONE or an expression of ids. */
const Licence = z.string().regex(/^(NOASSERTION|NONE|[A-Za-z0-9.+() -]+)$/);

const Package = z.strictObject({
  SPDXID: Id,
  name: Text,
  versionInfo: Text.optional(),
  supplier: z.string().regex(/^(NOASSERTION|(Person|Organization): .+)$/),
  downloadLocation: z.string().regex(/^(NOASSERTION|NONE|[a-z+]+:\/\/.+)$/),
  filesAnalyzed: z.boolean(),
  packageVerificationCode: z.strictObject({ packageVerificationCodeValue: z.string().regex(/^[0-9a-f]{40}$/) }).optional(),
  homepage: z.url().optional(),
  sourceInfo: Text.optional(),
  licenseConcluded: Licence,
  licenseDeclared: Licence,
  licenseComments: Text.optional(),
  copyrightText: Text,
  primaryPackagePurpose: z.enum(["APPLICATION", "CONTAINER", "FRAMEWORK", "LIBRARY", "OPERATING-SYSTEM"]).optional(),
  externalRefs: z
    .array(
      z.strictObject({
        referenceCategory: z.enum(["PACKAGE-MANAGER", "PERSISTENT-ID", "SECURITY", "OTHER"]),
        referenceType: Text,
        // @see https://github.com/package-url/purl-spec
        referenceLocator: z.string().regex(/^pkg:(deb\/[a-z]+|oci)\/[a-z0-9.%+-]+@[A-Za-z0-9.%~_-]+\?[a-z_]+=[^&]+(&[a-z_]+=[^&]+)*$/i),
      }),
    )
    .optional(),
});

const File = z.strictObject({
  SPDXID: Id,
  fileName: z.string().regex(/^\.\/[^/]/),
  checksums: z
    .array(z.strictObject({ algorithm: z.enum(["SHA1", "SHA256"]), checksumValue: z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/) }))
    .refine((sums) => sums.some(({ algorithm }) => algorithm === "SHA1"), "a file needs its SHA-1"),
  licenseConcluded: Licence,
  copyrightText: Text,
});

/** What SPDX 2.3 demands of a document, of the parts that ours have. @see https://spdx.github.io/spdx-spec/v2.3/ */
const Document = z.strictObject({
  spdxVersion: z.literal("SPDX-2.3"),
  dataLicense: z.literal("CC0-1.0"),
  SPDXID: z.literal("SPDXRef-DOCUMENT"),
  name: Text,
  documentNamespace: z.url().regex(/^[^#]*$/),
  creationInfo: z.strictObject({
    created: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    creators: z.array(z.string().regex(/^(Person|Organization|Tool): .+$/)).min(1),
  }),
  packages: z.array(Package).min(1),
  files: z.array(File),
  relationships: z.array(
    z.strictObject({ spdxElementId: Id, relationshipType: z.enum(["DESCRIBES", "CONTAINS", "DESCENDANT_OF"]), relatedSpdxElement: Id }),
  ),
});

/** What is wrong with a document, and with what its parts say of each other. */
export function spdxProblems(document: unknown): readonly string[] {
  const { success, data, error } = Document.safeParse(document);
  if (!success) return error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  const ids = [data.SPDXID, ...data.packages.map(({ SPDXID }) => SPDXID), ...data.files.map(({ SPDXID }) => SPDXID)];
  const known = new Set<string>(ids);
  const ends = data.relationships.flatMap(({ spdxElementId, relatedSpdxElement }) => [spdxElementId, relatedSpdxElement]);
  const described = data.relationships.filter(({ relationshipType }) => relationshipType === "DESCRIBES");
  const sums = data.files.map(({ checksums }) => checksums.find(({ algorithm }) => algorithm === "SHA1")!.checksumValue).sort();
  const code = createHash("sha1").update(sums.join("")).digest("hex");
  const analyzed = data.packages.filter(({ filesAnalyzed }) => filesAnalyzed);
  return [
    ...ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `${id}: is there twice`),
    ...ends.filter((id) => !known.has(id)).map((id) => `${id}: is related and is not there`),
    ...ids
      .slice(1)
      .filter((id) => !ends.includes(id))
      .map((id) => `${id}: belongs to nothing`),
    ...(described.length === 1 ? [] : [`describes ${described.length} elements`]),
    ...analyzed
      .filter(({ packageVerificationCode }) => packageVerificationCode?.packageVerificationCodeValue !== code)
      .map(({ name }) => `${name}: not the verification code of its files: ${code}`),
  ];
}
