import type { OvisBuild } from "../plugins/made-by";

/**
 * What upstream's images of every tag were built with: config.sh, and since October 2024 buildx/ldms-build, have had the same options from 4.3.10 on;
 * the libraries are those of its ldms-dev.
 *
 * @see ovis-hpc/ldms-containers cea33a5: config-bak, config.sh, buildx/ldms-build/Dockerfile, buildx/ldms-dev/Dockerfile
 */
export const PUBLISHED_BUILD: OvisBuild = {
  isReleased: true,
  options: [
    "--enable-python",
    "--enable-etc",
    "--enable-doc",
    "--enable-doc-man",
    "--enable-zaptest",
    "--enable-ldms-test",
    "--enable-test_sampler",
    "--enable-list_sampler",
    "--enable-record_sampler",
    "--enable-rdma",
    "--enable-munge",
    "--enable-sos",
    "--enable-store-app",
    "--with-kafka=yes",
    "--enable-tutorial-sampler",
    "--enable-tutorial-store",
    "--enable-app-sampler",
    "--enable-papi",
  ],
  libraries: ["papi", "pfm", "rdkafka", "avro", "serdes", "curl", "sos"],
};

/** Of ours, by images/ldms-dev/packages. */
export const OWN_DEV_LIBRARIES: readonly string[] = ["papi", "pfm", "rdkafka", "curl", "sos"];
