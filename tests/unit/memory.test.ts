import assert from "node:assert/strict";
import { memoryLimitMib, readSetMemoryMib, setMemoryMib } from "../../plan/memory";
import { examplePlan } from "./example-stack";

describe("setMemoryMib", () => {
  it("is nodes x sets x 4 KiB, and never below what ldmsd reserves by itself", () => {
    assert.equal(setMemoryMib(100_000 * 10), 3907);
    assert.equal(setMemoryMib(0), 512);
  });
});

describe("memoryLimitMib", () => {
  const SIZE = { sets: 4, daemons: 7 };

  it("gives every container of the example a limit", () =>
    assert.deepEqual(Object.fromEntries(examplePlan().containers.map(({ name, memoryMib }) => [name, memoryMib])), {
      samp: 1024,
      agg1: 3584,
      agg2: 3584,
      dsosd: 4096,
      maestro: 2055,
      ui: 2048,
      grafana: 2048,
    }));

  it("grows with the sets that an aggregator holds twice, and with the daemons that maestro configures", () => {
    const large = { sets: 1_000_000, daemons: 100_000 };
    assert.equal(memoryLimitMib("aggregator", large) - memoryLimitMib("aggregator", SIZE), 2 * (3907 - 512));
    assert.equal(memoryLimitMib("maestro", large) - memoryLimitMib("maestro", SIZE), 99_993);
  });

  it("is above what the daemon's own options reserve", () => {
    assert.equal(memoryLimitMib("sampler", SIZE, 4096), 4608);
    assert.equal(memoryLimitMib("aggregator", SIZE, 8192), 10_752);
  });
});

describe("readSetMemoryMib", () => {
  it("reads every form of ldmsd's -m, in its units", () => {
    const texts = [["-m", "2G"], ["-m512M"], ["--set_memory=1048576"], ["--set_memory", "64K"], ["-m", "1.5g"], ["-a", "munge"]];
    assert.deepEqual(texts.map(readSetMemoryMib), [2048, 512, 1, 1, 1536, 0]);
  });
});
