import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { aboutSeconds, describeHealth, HOST, judgeBy, lists, pass } from "./health-kit";

const HEALTHY = 0;
const UNHEALTHY = 1;

describeHealth("the health script of an aggregator", (shell, room) => {
  const judge = (ls: string, ...words: readonly string[]) => judgeBy(shell, room(), { ldms_ls: ls }, words);
  const from = (host: string, age: number, schema = "meminfo") => ({ name: `${host}/${schema}`, schema, flags: "CR ", age });
  /** A row whose set was updated then by the clock of its own host. */
  const still = (host: string, update: number) => `echo 'meminfo ${host}/meminfo CR 1 1 0 0 0 -rwxrwxrwx ${update}.001382 0.1'\n`;
  const both = (age: number) => lists(from("n1", age), from("n2", age));

  it("is well before the first data", async () => {
    for (const ls of [lists(), lists({ name: "n1/meminfo", flags: " R " })]) {
      assert.deepEqual(await judge(ls, "receives=60"), { code: HEALTHY, line: "no data yet" });
    }
  });

  it("is well while one of two producers is dead", async () => {
    await judge(still("n1", 1600000000) + still("n2", 1600000000), "receives=60");
    pass(room(), 90);
    assert.deepEqual(await judge(still("n1", 1600000090), "receives=60"), { code: HEALTHY, line: "1 set is fresh" });
  });

  it("is well while one of two producers hangs", async () => {
    await judge(still("n1", 1600000000) + still("n2", 1600000000), "receives=60");
    pass(room(), 120);
    const found = await judge(still("n1", 1600000090) + still("n2", 1600000000), "receives=60");
    assert.deepEqual(found, { code: HEALTHY, line: "1 set is fresh" });
  });

  it("says when no set moves any more, whatever the clocks of its hosts say", async () => {
    for (const start of [1600000000, 1999999999]) {
      const ls = still("n1", start) + still("n2", start);
      assert.deepEqual(await judge(ls, "receives=60"), { code: HEALTHY, line: "2 sets are fresh" });
      pass(room(), 50);
      assert.deepEqual(await judge(ls, "receives=60"), { code: HEALTHY, line: "2 sets are fresh" });
      pass(room(), 70);
      assert.deepEqual(aboutSeconds(await judge(ls, "receives=60"), 120), {
        code: UNHEALTHY,
        line: "no set of its producers is fresh: 2 listed, the last one came N s ago",
      });
    }
    assert.deepEqual(await judge(still("n1", 1600000090) + still("n2", 1999999999), "receives=60"), {
      code: HEALTHY,
      line: "1 set is fresh",
    });
  });

  it("waits for slow sets as long as it is told", async () => {
    await judge(still("n1", 1600000000), "receives=600");
    pass(room(), 590);
    assert.equal((await judge(still("n1", 1600000000), "receives=600")).code, HEALTHY);
    pass(room(), 20);
    assert.equal((await judge(still("n1", 1600000000), "receives=600")).code, UNHEALTHY);
  });

  it("says when all sets are gone that there were: no producer is connected", async () => {
    await judge(still("n1", 1600000000), "receives=60");
    assert.deepEqual(await judge(lists(), "receives=60"), { code: HEALTHY, line: "0 sets are fresh" });
    pass(room(), 14);
    const line = "none of its producers is connected: the last set came N s ago";
    assert.deepEqual(aboutSeconds(await judge(lists(), "receives=60"), 14), { code: UNHEALTHY, line });
  });

  it("keeps what it has seen over a moment without an answer", async () => {
    await judge(both(1), "receives=60");
    const seen = readFileSync(room().seen, "utf8");
    assert.equal((await judge("exit 1", "receives=60")).line, "listener sock:411: ldms_ls ended with 1");
    assert.equal(readFileSync(room().seen, "utf8"), seen);
  });

  it("judges its own plugins, too", async () => {
    assert.equal((await judge(both(1), "receives=60", "set=1:vmstat")).line, `set ${HOST}/vmstat: not there`);
  });
});
