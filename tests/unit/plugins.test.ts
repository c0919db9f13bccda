import assert from "node:assert/strict";
import { findPlugin, UNKNOWN_PLUGIN } from "../../plan/plugins/plugins";
import { SAMPLER_PLUGINS } from "../../plan/plugins/samplers";
import { STORE_PLUGINS } from "../../plan/plugins/store-plugins";

const PLUGINS = [...SAMPLER_PLUGINS, ...STORE_PLUGINS];
const namesOf = (plugins: typeof PLUGINS) => plugins.map(({ name }) => name).sort();

describe("findPlugin", () => {
  it("gives the facts of a sampler and of a store", () => {
    assert.deepEqual(findPlugin("meminfo"), {
      name: "meminfo",
      kind: "sampler",
      isMultiInstance: true,
      isRenamable: true,
      hasPassingSets: false,
      sets: 1,
      setKib: 4,
    });
    assert.deepEqual(findPlugin("store_kafka"), {
      name: "store_kafka",
      kind: "store",
      isMultiInstance: false,
      isRenamable: true,
      hasPassingSets: false,
      sets: 0,
      setKib: 0,
    });
  });

  it("knows no plugin of a site's own, which gets the guess", () => {
    assert.equal(findPlugin("site_power"), undefined);
    assert.equal(UNKNOWN_PLUGIN.sets * UNKNOWN_PLUGIN.setKib, 64);
  });
});

describe("the table of plugins", () => {
  it("has one row a name, in order", () => {
    for (const plugins of [SAMPLER_PLUGINS, STORE_PLUGINS.filter(({ isMultiInstance }) => !isMultiInstance)]) {
      assert.deepEqual(
        plugins.map(({ name }) => name),
        [...new Set(namesOf([...plugins]))],
      );
    }
    assert.equal(new Set(namesOf(PLUGINS)).size, PLUGINS.length);
  });

  it("has the multi-instance and the not renamable ones of v4.5.3's sources and of those since", () => {
    assert.deepEqual(namesOf(PLUGINS.filter(({ isMultiInstance }) => isMultiInstance)), [
      "app_sampler",
      "curated_metrics",
      "cxi_sampler",
      "file_importer",
      "filesingle",
      "json_stream_sampler",
      "meminfo",
      "perfevent2",
      "procnetdev2",
      "store_avro_kafka",
      "store_csv",
      "store_sos",
      "stream_dump",
      "test_sampler",
    ]);
    assert.deepEqual(namesOf(PLUGINS.filter(({ isRenamable }) => !isRenamable)), [
      "grptest",
      "ibmad_sampler",
      "jobid",
      "linux_proc_sampler",
      "lustre_mdc",
      "papi_sampler",
      "slurm_sampler",
      "slurm_sampler2",
      "variable",
    ]);
  });

  it("has set memory for every set that a sampler makes", () => {
    assert.deepEqual(
      SAMPLER_PLUGINS.filter(({ sets, setKib }) => sets > 0 !== setKib > 0),
      [],
    );
  });
});
