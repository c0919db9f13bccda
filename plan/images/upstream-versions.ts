import type { ImageName } from "../model/image";

/** Of ldms_cfg.yaml. B, which came between the two that the plan writes, takes `config` as a list only, and has plugins inline and stores as a list. */
export type MaestroGrammar = "A" | "B" | "C";

/** What is known of a release of upstream's; what is absent is not known. */
export interface UpstreamRelease {
  /** Images of this stack's six that upstream's pipeline does not make for it. */
  readonly lacks?: readonly ImageName[];
  /** What its maestro reads. */
  readonly grammar?: MaestroGrammar;
  /** What its ldmsd can; absent: as 4.5.1 and later. */
  readonly ldmsd?: LdmsdAbilities;
}

export interface LdmsdAbilities {
  /** `load name=INSTANCE plugin=PLUGIN`; without it a plugin is loaded once, by its own name. */
  readonly hasInstances: boolean;
  /** Streams are off until `stream_enable`, which an ldmsd that has them on from the start ends by. */
  readonly hasStreamsOff: boolean;
  /** `advertiser_add`, and `prdcr_listen_add` on the other side. */
  readonly canAdvertise: boolean;
}

/** @see ldms v4.4.4, v4.4.5, v4.4.6 and v4.5.1: ldmsd_request.c, `plugn_load_handler`, `stream_enabled`; ldmsd_request_util.c, `req_str_id_table` */
const BEFORE_4_4_5: LdmsdAbilities = { hasInstances: false, hasStreamsOff: false, canAdvertise: false };
const BEFORE_4_5: LdmsdAbilities = { ...BEFORE_4_4_5, canAdvertise: true };
export const SINCE_4_5: LdmsdAbilities = { hasInstances: true, hasStreamsOff: true, canAdvertise: true };

/**
 * By the first version that it holds for. Grammars: maestro_ctrl of the commit that each release pins, or had as its newest, was given the README's file, the same
 * with `config` as a list, and one of grammar C; 4.4.0 to 4.4.2 go by their dates.
 *
 * @see ovis-hpc/ldms-containers: config.sh and scripts/push-sign.sh at fb4f2c3 (4.3.11) and a951034 (4.4.4), docker-bake.hcl since 498bc30 (October 2024);
 *   ovis-hpc/maestro: ebf8362 (B, July 2023), 6ec1b2f (C, January 2025)
 */
const RELEASES: readonly (UpstreamRelease & { readonly from: string })[] = [
  // Pushed without a tag of its own.
  { from: "4.3.10", grammar: "A", ldmsd: BEFORE_4_4_5 },
  { from: "4.3.11", grammar: "A", lacks: [], ldmsd: BEFORE_4_4_5 },
  // Its config.sh tags `latest`.
  { from: "4.4.0", grammar: "B", ldmsd: BEFORE_4_4_5 },
  { from: "4.4.4", grammar: "B", lacks: ["ldms-ui"], ldmsd: BEFORE_4_4_5 },
  { from: "4.4.5", grammar: "C", lacks: ["ldms-ui"], ldmsd: BEFORE_4_5 },
  { from: "4.5.0", grammar: "C", lacks: ["ldms-ui"] },
];

/** Tags that move. */
const BRANCHES: ReadonlyMap<string, UpstreamRelease> = new Map([
  ["OVIS-4", { lacks: ["ldms-maestro", "ldms-ui"] }],
  ["unstable", { lacks: ["ldms-ui"] }],
]);

/** Commits and branches of maestro that upstream's config.sh has pinned, or the stack's default is. */
const MAESTROS: ReadonlyMap<string, MaestroGrammar> = new Map([
  ["72e02e2a779060557699e2c50537a3d39c8fbe20", "A"],
  ["e985361455505911321efd21a65a7bafbd890c8c", "A"],
  ["e009d4551aa86070bb1ea41daaa987b8af39fb53", "A"],
  ["OVIS-4.4.3", "B"],
  ["OVIS-4.4.4", "B"],
  ["OVIS-4.4.5", "C"],
  ["a18477122ab85bb271be0d9f25a44fb1ae71df63", "C"],
]);

/** @param tag `4.5.3`, `4.5.3-amd64`; of any other name, a site's own, nothing is known */
export function findRelease(tag: string): UpstreamRelease {
  const branch = BRANCHES.get(tag);
  if (branch) return branch;
  const version = readVersion(tag);
  return (version && RELEASES.findLast(({ from }) => !isBefore(version, from.split(".").map(Number)))) ?? {};
}

/** Of tags that name no version nobody can tell. */
export function isOlderTag(tag: string, than: string): boolean {
  const [version, other] = [readVersion(tag), readVersion(than)];
  return version !== undefined && other !== undefined && isBefore(version, other);
}

function readVersion(tag: string): readonly number[] | undefined {
  return /^v?(\d+)\.(\d+)\.(\d+)(-(amd64|arm64|ppc64le))?$/.exec(tag)?.slice(1, 4).map(Number);
}

/** @param branch as `images.sources.maestro.branch` has it; undefined for one that is not in the table */
export function grammarOfSource(branch: string): MaestroGrammar | undefined {
  return MAESTROS.get(branch);
}

function isBefore(version: readonly number[], other: readonly number[]): boolean {
  const place = version.findIndex((number, i) => number !== other[i]);
  return place >= 0 && version[place]! < other[place]!;
}
