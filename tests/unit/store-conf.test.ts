import assert from "node:assert/strict";
import { renderStoreLines } from "../../plan/ldmsd/store-conf";
import { exampleConfig, type Values } from "./example-stack";

const CSV = { plugin: "store_csv", schema: "meminfo", path: "/csv", hostPath: "/csv" };

function linesOf(stores: readonly Values[]): string[] {
  const aggregators = [
    { name: "agg1", level: 1, hosts: "cygnus-05", interval: "1s", stores: stores.map((store) => ({ container: "c", ...store })) },
  ];
  return renderStoreLines(exampleConfig({ aggregators, ui: undefined }).aggregators[0]!.stores);
}

describe("renderStoreLines", () => {
  it("loads a store's plugin by its own name, with the folder and settings of the stack", () =>
    assert.deepEqual(linesOf([{ ...CSV, name: "mem", flush: "10s", config: { buffer: 0, altheader: true } }]), [
      "load name=store_csv",
      "config name=store_csv path=/csv buffer=0 altheader=true",
      "strgp_add name=mem plugin=store_csv container=c schema=meminfo flush=10s",
      "strgp_start name=mem",
    ]));

  it("loads a plugin once for stores that configure it alike, whatever they store", () =>
    assert.deepEqual(
      linesOf([
        { ...CSV, name: "mem" },
        { ...CSV, name: "vm", schema: "vmstat", path: "/csv/" },
      ]),
      [
        "load name=store_csv",
        "config name=store_csv path=/csv",
        "strgp_add name=mem plugin=store_csv container=c schema=meminfo",
        "strgp_start name=mem",
        "strgp_add name=vm plugin=store_csv container=c schema=vmstat",
        "strgp_start name=vm",
      ],
    ));

  it("has an instance for each configuration of a plugin, named after its first store", () =>
    assert.deepEqual(
      linesOf([
        { ...CSV, name: "mem" },
        { ...CSV, name: "raw", schema: "vmstat", config: { buffer: 0 } },
        { ...CSV, name: "net", schema: "procnetdev" },
        { ...CSV, name: "sos", plugin: "store_sos", path: "/sos", hostPath: "/sos" },
      ]),
      [
        "load name=store_csv-mem plugin=store_csv",
        "config name=store_csv-mem path=/csv",
        "load name=store_csv-raw plugin=store_csv",
        "config name=store_csv-raw path=/csv buffer=0",
        "load name=store_sos",
        "config name=store_sos path=/sos",
        "strgp_add name=mem plugin=store_csv-mem container=c schema=meminfo",
        "strgp_start name=mem",
        "strgp_add name=raw plugin=store_csv-raw container=c schema=vmstat",
        "strgp_start name=raw",
        "strgp_add name=net plugin=store_csv-mem container=c schema=procnetdev",
        "strgp_start name=net",
        "strgp_add name=sos plugin=store_sos container=c schema=meminfo",
        "strgp_start name=sos",
      ],
    ));

  it("is nothing where there are no stores", () => assert.deepEqual(linesOf([]), []));
});
