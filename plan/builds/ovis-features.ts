/** What an option of ovis's configure has to leave behind, as paths below the prefix. */
const FILES_OF_OPTION: Readonly<Record<string, string>> = {
  "--enable-app-sampler": "lib/ovis-ldms/libapp_sampler.so",
  "--enable-fabric": "lib/ovis-ldms/libzap_fabric.so",
  "--enable-influx": "lib/ovis-ldms/libstore_influx.so",
  "--enable-list_sampler": "lib/ovis-ldms/liblist_sampler.so",
  "--enable-lustre": "lib/ovis-ldms/liblustre_client.so",
  "--enable-munge": "lib/libldms_auth_munge.so lib/ovis-ldms/libldms_auth_munge.so",
  "--enable-papi": "lib/ovis-ldms/libpapi_sampler.so",
  "--enable-perfevent": "lib/ovis-ldms/libperfevent.so",
  "--enable-python": "lib/python*/*-packages/ldmsd",
  "--enable-rdma": "lib/ovis-ldms/libzap_rdma.so",
  "--enable-record_sampler": "lib/ovis-ldms/librecord_sampler.so",
  "--enable-slurm-sampler": "lib/ovis-ldms/libslurm_sampler.so",
  "--enable-sos": "lib/ovis-ldms/libstore_sos.so",
  "--enable-store-app": "lib/ovis-ldms/libstore_app.so",
  "--enable-store-avro-kafka": "lib/ovis-ldms/libstore_avro_kafka.so",
  "--enable-test_sampler": "lib/ovis-ldms/libtest_sampler.so",
  "--enable-tutorial-sampler": "lib/ovis-ldms/libtutorial_sampler.so",
  "--enable-tutorial-store": "lib/ovis-ldms/libstore_tutorial.so",
  "--enable-ugni": "lib/ovis-ldms/libzap_ugni.so",
  "--with-kafka": "lib/ovis-ldms/libstore_kafka.so",
};

/**
 * For each option that asks for a feature: one of these files is there where it was built. Configure leaves a feature out without a word where a
 * library is missing. Options that name none of the table are not looked at.
 *
 * @param options `["--enable-sos", "--with-kafka=yes", "--enable-rdma=no"]`
 * @returns `[["--enable-sos", "lib/ovis-ldms/libstore_sos.so"], ["--with-kafka=yes", …]]`; several files are divided by a space
 */
export function filesOfFeatures(options: readonly string[]): readonly (readonly [string, string])[] {
  return options.flatMap((option) => {
    const [name = "", value = "yes"] = option.split("=");
    const files = FILES_OF_OPTION[name];
    return files === undefined || value === "no" ? [] : [[option, files] as const];
  });
}
