import assert from "node:assert/strict";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { describeHealth, HOST, judgeBy, lists, pass, type Verdict } from "./health-kit";

const HEALTHY = 0;
const UNHEALTHY = 1;

interface Case {
  readonly title: string;
  readonly ls: string;
  readonly words: readonly string[];
  readonly verdict: Verdict;
}

const meminfo = (age?: number) => ({ name: `${HOST}/meminfo`, ...(age !== undefined && { age }) });

/** Of a sampler, each on its first look. */
const CASES: readonly Case[] = [
  {
    title: "is well with its sets fresh",
    ls: lists(meminfo(1), { name: `${HOST}/vmstat`, age: 2 }),
    words: ["set=1:meminfo", "set=1:vmstat"],
    verdict: { code: HEALTHY, line: "2 sets are fresh" },
  },
  {
    title: "names the old set and its age in intervals",
    ls: lists(meminfo(145), { name: `${HOST}/vmstat`, age: 1 }),
    words: ["set=10:meminfo", "set=10:vmstat"],
    verdict: { code: UNHEALTHY, line: `set ${HOST}/meminfo: 14 intervals old` },
  },
  {
    title: "waits 3 intervals of a slow plugin",
    ls: lists(meminfo(170)),
    words: ["set=60:meminfo"],
    verdict: { code: HEALTHY, line: "1 set is fresh" },
  },
  {
    title: "waits no 4 intervals of a slow plugin",
    ls: lists(meminfo(250)),
    words: ["set=60:meminfo"],
    verdict: { code: UNHEALTHY, line: `set ${HOST}/meminfo: 4 intervals old` },
  },
  {
    title: "waits 5 s where 3 intervals are less",
    ls: lists(meminfo(3)),
    words: ["set=0.1:meminfo"],
    verdict: { code: HEALTHY, line: "1 set is fresh" },
  },
  {
    title: "names a set that is not there",
    ls: lists(meminfo(1)),
    words: ["set=1:meminfo", "set=1:vmstat"],
    verdict: { code: UNHEALTHY, line: `set ${HOST}/vmstat: not there` },
  },
  {
    title: "names the sets of a daemon without any",
    ls: lists(),
    words: ["set=1:meminfo"],
    verdict: { code: UNHEALTHY, line: `set ${HOST}/meminfo: not there` },
  },
  {
    title: "does not take a received set for its own",
    ls: lists({ ...meminfo(1), flags: "CR " }),
    words: ["set=1:meminfo"],
    verdict: { code: UNHEALTHY, line: `set ${HOST}/meminfo: not there` },
  },
  {
    title: "awaits nothing of a plugin that it is not told of",
    ls: lists(),
    words: [],
    verdict: { code: HEALTHY, line: "0 sets are fresh" },
  },
  {
    title: "says what ldms_ls says of a listener that is not there",
    ls: 'echo "ldms_ls: Connection failed/rejected." >&2; exit 1',
    words: ["set=1:meminfo"],
    verdict: { code: UNHEALTHY, line: "listener sock:411: Connection failed/rejected." },
  },
  {
    title: "takes what was listed, though ldms_ls crashed at its end",
    ls: `${lists(meminfo(1))}\nkill -SEGV $$`,
    words: ["set=1:meminfo"],
    verdict: { code: HEALTHY, line: "1 set is fresh" },
  },
  {
    title: "tells a crash before anything was listed",
    ls: "kill -SEGV $$",
    words: ["set=1:meminfo"],
    verdict: { code: UNHEALTHY, line: "listener sock:411: Segmentation fault" },
  },
  {
    title: "says of many faults the first five and how many more there are",
    ls: lists(),
    words: ["a", "b", "c", "d", "e", "f", "g"].map((name) => `set=1:${name}`),
    verdict: {
      code: UNHEALTHY,
      line: `${["a", "b", "c", "d", "e"].map((name) => `set ${HOST}/${name}: not there`).join("; ")}; and 2 more`,
    },
  },
];

describeHealth("the health script of a sampler", (shell, room) => {
  const judge = (ls: string, ...words: readonly string[]) => judgeBy(shell, room(), { ldms_ls: ls }, words);

  for (const { title, ls, words, verdict } of CASES) {
    it(title, async () => {
      const found = await judge(ls, ...words);
      // busybox says `Segmentation fault` in words of its own, or nothing.
      if (shell[0] === "busybox" && /fault/.test(verdict.line)) assert.match(found.line, /^listener sock:411: /);
      else assert.deepEqual(found, verdict);
    });
  }

  it("asks by the daemon's transport, port and authentication, and bounds it", async () => {
    const ls = 'printf "%s " "$@" | sed "s/^/ldms_ls: /"; exit 1';
    assert.equal(
      (await judge(ls, "auth=socket=/run/m")).line,
      "listener sock:411: -h localhost -x sock -p 411 -a none -A socket=/run/m -w 6 -v ",
    );
  });

  it("dials the host by its name on the interconnect", async () => {
    const ls = 'echo "ldms_ls: $2"; exit 1';
    const dialled = (word: string) => judge(ls, word, "set=1:meminfo").then(({ line }) => line);
    assert.equal(await dialled("host=@-iw"), `listener sock:411: ${HOST}-iw`);
    assert.equal(await dialled("host=ib-@.site"), `listener sock:411: ib-${HOST}.site`);
    assert.equal(await dialled("host=@"), `listener sock:411: ${HOST}`);
  });

  it("does not wait for a daemon that hangs", async () => {
    const began = Date.now();
    assert.deepEqual(await judge("exec sleep 30", "set=1:meminfo"), { code: UNHEALTHY, line: "listener sock:411: no answer within 8 s" });
    assert.ok(Date.now() - began < 12_000);
  }).timeout(20_000);

  it("gives a set that was never sampled the time of its first interval", async () => {
    assert.deepEqual(await judge(lists(meminfo()), "set=60:meminfo"), { code: HEALTHY, line: "0 sets are fresh" });
    pass(room(), 170);
    assert.equal((await judge(lists(meminfo()), "set=60:meminfo")).code, HEALTHY);
    pass(room(), 20);
    assert.deepEqual(await judge(lists(meminfo()), "set=60:meminfo"), { code: UNHEALTHY, line: `set ${HOST}/meminfo: never sampled` });
  });

  it("leaves nothing behind of a sampler that is well", async () => {
    await judge(lists(meminfo(1)), "set=1:meminfo");
    assert.deepEqual(readdirSync(join(room().folder, "shm")), ["ldms-health.411"]);
    assert.equal(statSync(room().seen).size, 0);
  });
});
