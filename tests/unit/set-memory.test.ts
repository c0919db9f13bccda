import assert from "node:assert/strict";
import { planSetMemoryMib, readSetMemoryMib } from "../../plan/ldmsd/set-memory";
import { ConfigError } from "../../plan/problems/errors";
import { toKib } from "../../plan/text/size";
import { containerOf, exampleConfig, examplePlan, type Values } from "./example-stack";
import { aggregator, SETS, samplers } from "./unknown-plugins";

describe("planSetMemoryMib", () => {
  const TABLE = [
    [0, 4, 64],
    [64, 4, 64],
    [2048, 4, 64],
    [2049, 8, 64],
    [32_768, 64, 64],
    [32_769, 128, 128],
    [1_000_000, 2048, 2048],
    [6_400_000, 16_384, 16_384],
  ] as const;
  for (const [kib, sampler, aggregated] of TABLE) {
    it(`is ${sampler} and ${aggregated} MiB for ${kib} KiB of sets`, () =>
      assert.deepEqual([planSetMemoryMib(kib, "sampler"), planSetMemoryMib(kib, "aggregator")], [sampler, aggregated]));
  }
});

describe("toKib", () => {
  it("reads the units of `setMemory`", () => assert.deepEqual(["512k", "64M", "2G"].map(toKib), [512, 65_536, 2_097_152]));
});

describe("readSetMemoryMib", () => {
  const TABLE = [
    [["-x", "sock:411", "-m", "64M"], 64],
    [["-m", "2G", "-v", "INFO"], 2048],
    [["-m", "512kB"], 0.5],
    // ldmsd keeps the first.
    [["-m", "4M", "-m", "8M"], 4],
    [["-m", "8m"], 8],
    [["-m8M"], 8],
    [["--set_memory=1G", "-v", "INFO"], 1024],
    [["--set_memory", "64K"], 0.0625],
    [["-m", "1048576"], 1],
    [["-x", "sock:411"], 0],
    [["64M"], 0],
    [["-m"], 0],
    [["-m", "-c"], 0],
    [["-m", "1.5G"], 0],
    [[], 0],
  ] as const;
  for (const [argv, mib] of TABLE) it(`is ${mib} for ${JSON.stringify(argv)}`, () => assert.equal(readSetMemoryMib(argv), mib));
});

describe("the set memory of a plan", () => {
  const large = { samplers: [samplers("cygnus-[01-04]", 100)] };
  const memoryOf = (changes: Values, host: string, name: string) => {
    const { argv, memoryMib } = containerOf(examplePlan({ ...large, ...changes }), host, name);
    return [argv[argv.indexOf("-m") + 1], memoryMib];
  };

  it("stands on every ldmsd's command line, and its container's limit is above it", () => {
    assert.deepEqual(memoryOf({}, "cygnus-01", "samp"), ["16M", 512 + 16]);
    assert.deepEqual(memoryOf({}, "cygnus-05", "agg1"), ["64M", 2560 + 2 * 64]);
    assert.deepEqual(memoryOf({ samplers: [samplers("cygnus-[01-04]", 200)] }, "cygnus-05", "agg1"), ["128M", 2560 + 2 * 128]);
    assert.deepEqual(memoryOf({ samplers: [samplers("cygnus-[01-04]", 200)], maestro: undefined }, "cygnus-05", "agg1"), ["64M", 2688]);
  });

  it("is a site's own where it gives one, in whole MiB", () => {
    const own = (setMemory: string) => ({ samplers: [samplers("cygnus-[01-04]", 1, { setMemory })] });
    assert.deepEqual(memoryOf(own("1G"), "cygnus-01", "samp"), ["1024M", 1536]);
    assert.deepEqual(memoryOf(own("1025k"), "cygnus-01", "samp"), ["2M", 514]);
  });

  it("grows maestro's limit with the daemons that it configures", () => {
    assert.equal(containerOf(examplePlan(), "cygnus-07", "maestro").memoryMib, 2048 + 7);
  });

  it("is refused where it is too small for the sets, with what they take", () => {
    const aggregators = [aggregator("agg1", 1, "cygnus-[05-06]", { setMemory: "24M" })];
    const config = () => exampleConfig({ samplers: [samplers("cygnus-[01-04]", 100, { setMemory: "4M" })], aggregators, ui: undefined });
    assert.throws(config, (error) => {
      assert.ok(error instanceof ConfigError);
      assert.deepEqual(error.problems, [
        {
          path: "samplers[0].setMemory",
          message: `is less than the 7 MiB that ${(100 * SETS).toLocaleString("en")} sets take: \`4M\``,
          help: "leave it out: the plan takes 16M",
        },
        {
          path: "aggregators[0].setMemory",
          message: `is less than the 25 MiB that ${(400 * SETS).toLocaleString("en")} sets take: \`24M\``,
          help: "leave it out: the plan takes 64M",
        },
      ]);
      return true;
    });
  });

  it("is taken where it is just enough", () => {
    const config = exampleConfig({ samplers: [samplers("cygnus-[01-04]", 16, { setMemory: "1M" })] });
    assert.equal(config.samplers[0]!.setMemory, "1M");
  });
});
