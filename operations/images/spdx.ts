import { createHash } from "node:crypto";
import type { ImageInventory, InstalledPackage, InventoryFile } from "./inventory-script";
import type { SpdxDocument, SpdxFile, SpdxPackage, SpdxRelationship } from "./spdx-document";

const NONE = "NOASSERTION";
const UNKNOWN = { licenseConcluded: NONE, licenseDeclared: NONE, copyrightText: NONE, downloadLocation: NONE, supplier: NONE } as const;
const [IMAGE_ID, BASE_ID, TREE_ID] = ["SPDXRef-Image", "SPDXRef-Base", "SPDXRef-Tree"];
const LABEL = "org.opencontainers.image";

/**
 * The bill of materials of an image: its base, its Debian packages, and the files that no package owns. Same image, same document: the time in it
 * is the image's own.
 *
 * @param reference `ovishpc/ldms-samp:4.5.3`
 * @param tool `ldms-0.1.0`
 */
export function renderSpdx(reference: string, inventory: ImageInventory, tool: string): SpdxDocument {
  const { imageId, created, labels, files } = inventory;
  const image = reference.replace(/^.*\//, "").replace(/[:@].*$/, "");
  const base = labels[`${LABEL}.base.name`];
  const packages = inventory.packages.map((one) => renderPackage(one, inventory));
  const relate = (relationshipType: SpdxRelationship["relationshipType"], spdxElementId: string, related: readonly string[]) =>
    related.map((relatedSpdxElement) => ({ spdxElementId, relationshipType, relatedSpdxElement }));
  return {
    spdxVersion: "SPDX-2.3",
    dataLicense: "CC0-1.0",
    SPDXID: "SPDXRef-DOCUMENT",
    name: reference,
    documentNamespace: `https://spdx.org/spdxdocs/${image}-${imageId.replace(":", "-")}`,
    creationInfo: { created: created.replace(/\.\d+Z$/, "Z"), creators: [`Tool: ${tool}`] },
    packages: [renderImage(reference, image, inventory), ...(base ? [renderBase(base)] : []), renderTree(inventory), ...packages],
    files: files.map(renderFile),
    relationships: [
      ...relate("DESCRIBES", "SPDXRef-DOCUMENT", [IMAGE_ID]),
      ...relate("DESCENDANT_OF", IMAGE_ID, base ? [BASE_ID] : []),
      ...relate("CONTAINS", IMAGE_ID, [TREE_ID, ...packages.map(({ SPDXID }) => SPDXID)]),
      ...relate("CONTAINS", TREE_ID, files.map(fileId)),
    ],
  };
}

function renderImage(reference: string, image: string, { imageId, repoDigest, labels }: ImageInventory): SpdxPackage {
  const [repository, digest] = repoDigest?.split("@") ?? [];
  const locator = digest && `pkg:oci/${image}@${encodeURIComponent(digest)}?repository_url=${encodeURIComponent(repository!)}`;
  return {
    SPDXID: IMAGE_ID,
    name: reference,
    ...UNKNOWN,
    ...versionOf(labels[`${LABEL}.version`]),
    sourceInfo: `image ${imageId}`,
    filesAnalyzed: false,
    primaryPackagePurpose: "CONTAINER",
    ...(locator && { externalRefs: [purl(locator)] }),
  };
}

function renderBase(name: string): SpdxPackage {
  return { SPDXID: BASE_ID, name, ...UNKNOWN, filesAnalyzed: false, primaryPackagePurpose: "CONTAINER" };
}

/** @see https://spdx.github.io/spdx-spec/v2.3/package-information/#79-package-verification-code-field */
function renderTree({ labels, files }: ImageInventory): SpdxPackage {
  const sums = files.map(({ sha1 }) => sha1).sort();
  const { source, revision, licenses } = Object.fromEntries(
    ["source", "revision", "licenses"].map((name) => [name, labels[`${LABEL}.${name}`] ?? ""]),
  );
  return {
    SPDXID: TREE_ID,
    name: `${labels[`${LABEL}.title`] || "image"}-files`,
    ...UNKNOWN,
    ...versionOf(labels[`${LABEL}.version`]),
    ...(source && { sourceInfo: `built from ${source}${revision ? ` at ${revision}` : ""}` }),
    licenseDeclared: licenses || NONE,
    filesAnalyzed: true,
    packageVerificationCode: { packageVerificationCodeValue: createHash("sha1").update(sums.join("")).digest("hex") },
    primaryPackagePurpose: "APPLICATION",
  };
}

function renderPackage(one: InstalledPackage, { os }: ImageInventory): SpdxPackage {
  const { name, version, architecture, source, homepage, licences } = one;
  return {
    SPDXID: `SPDXRef-Package-${spdxId(`${name}-${architecture}`)}`,
    name,
    versionInfo: version,
    ...UNKNOWN,
    supplier: `Organization: ${os.name}`,
    filesAnalyzed: false,
    ...(homepage && { homepage }),
    sourceInfo: `source package ${source}`,
    // Debian's short names are not SPDX's.
    ...(licences.length > 0 && { licenseComments: `in its copyright file: ${licences.join(", ")}` }),
    externalRefs: [
      purl(
        `pkg:deb/${os.id}/${encodeURIComponent(name)}@${encodeURIComponent(version)}?arch=${architecture}&distro=${os.id}-${os.version}`,
      ),
    ],
  };
}

function renderFile(file: InventoryFile): SpdxFile {
  return {
    SPDXID: fileId(file),
    fileName: `.${file.path}`,
    checksums: [
      { algorithm: "SHA1", checksumValue: file.sha1 },
      { algorithm: "SHA256", checksumValue: file.sha256 },
    ],
    licenseConcluded: NONE,
    copyrightText: NONE,
  };
}

/** Of its path, since names differ by characters that an id may not have. */
function fileId({ path }: InventoryFile): string {
  return `SPDXRef-File-${createHash("sha1").update(path).digest("hex").slice(0, 20)}`;
}

function versionOf(version: string | undefined): { readonly versionInfo?: string } {
  return version ? { versionInfo: version } : {};
}

function purl(referenceLocator: string) {
  return { referenceCategory: "PACKAGE-MANAGER", referenceType: "purl", referenceLocator } as const;
}

/** Letters, digits, `.` and `-` only: `libstdc++6` is `libstdc-plus-plus6`. */
function spdxId(text: string): string {
  return text.replaceAll("+", "-plus").replace(/[^A-Za-z0-9.-]/g, "-");
}
