import type { SourceName } from "../model/source-names";

export interface SourceDefaults {
  readonly repo: string;
  readonly branch: string;
  readonly options: readonly string[];
}

/**
 * The newest that work together. ovis: its newest release. SOS and maestro have no release since: SOS by the last commit of SOS-6, the line whose
 * interfaces store_sos of 4.5 uses; maestro by a commit that reads the same grammar (C) as ldmsd 4.5. The rest as upstream pins them beside
 * that release.
 *
 * @see ldms-containers, buildx/ldms-build/Dockerfile; the options: config.sh of the tag 4.4.4, without its tests
 */
export const SOURCE_DEFAULTS: Readonly<Record<SourceName, SourceDefaults>> = {
  maestro: { repo: "https://github.com/ovis-hpc/maestro", branch: "a18477122ab85bb271be0d9f25a44fb1ae71df63", options: [] },
  sos: { repo: "https://github.com/ovis-hpc/sos", branch: "83c8f8462f08cfb238be550b85bb23e4149d35de", options: ["CFLAGS=-O2"] },
  ovis: {
    repo: "https://github.com/ovis-hpc/ldms",
    branch: "v4.5.3",
    options: [
      "--enable-python",
      "--enable-etc",
      "--enable-rdma",
      "--enable-munge",
      "--enable-sos",
      "--with-sos=/opt/ovis",
      "--enable-store-app",
      "--with-kafka=yes",
      "--enable-app-sampler",
      "--enable-papi",
      "CFLAGS=-O2",
    ],
  },
  numsos: { repo: "https://github.com/narategithub/numsos", branch: "edd4522f5c63f65f0d36dd6a87299561fafc85ff", options: [] },
  "sosdb-ui": { repo: "https://github.com/nick-enoent/sosdb-ui", branch: "500069d5388fc8d68fe9ae0d6b847c8ce1da95c0", options: [] },
  "sosdb-grafana": {
    repo: "https://github.com/nick-enoent/sosdb-grafana",
    branch: "e5eb5347f3864e2e3447e996cdbe28b8e74b2bb6",
    options: [],
  },
  dsosds: { repo: "https://github.com/nick-enoent/dsosds", branch: "7cb80504974a258bcec2752755fe081d36932182", options: [] },
};
