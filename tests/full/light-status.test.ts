import assert from "node:assert/strict";
import { BenchStack, hostName } from "../../bench/bench-stack";
import { LightHosts } from "../../bench/light-hosts";
import { foldInOrder } from "../../plan/hostlist/hostlist";
import { withPrograms } from "../operations/fake-programs";
import { COUNT, STANDIN } from "../operations/standin-aggregator";
import { startLightHosts } from "./light-kit";

/** Indexes of hosts: the aggregator misses each of these, and their own hosts say why. */
const TROUBLES = {
  dead: [17, 993, 994],
  frozen: [4409],
  broken: [2500, 2501],
  exited: [8000, 8001, 8002, 8003],
  missing: [9999],
} as const;
const MISSED = Object.values(TROUBLES).flat();

/** The aggregator's engine, on this machine: it has all sets but for those of the hosts in trouble. */
const ENGINE = STANDIN.replace(
  'case "$*" in',
  `case "$*" in\nps*) echo id ;;\n*Config.Image*) printf '/agg1\\taggregator\\trunning\\thealthy\\ti\\tsha256:1\\t\\t0\\n' ;;`,
)
  .replace("BEGIN {", `BEGIN {\n    split("${MISSED.map((index) => index + 1).join(" ")}", list, " "); for (k in list) gone[list[k]]`)
  .replace(`for (i = 1; i <= ${COUNT}; i++) printf "%-30s`, `for (i = 1; i <= ${COUNT}; i++) if (!(i in gone)) printf "%-30s`);

describe(`status of ${COUNT} light hosts`, function () {
  this.timeout(300_000);
  let light: LightHosts;
  let stack: BenchStack;

  before(async function () {
    light = await startLightHosts(this);
    const addressOf = new Map<number, string>([
      ...TROUBLES.dead.map((index, i) => [index, LightHosts.deadAddress(i)] as const),
      ...TROUBLES.frozen.map((index, i) => [index, LightHosts.frozenAddress(i)] as const),
    ]);
    const addresses = Array.from({ length: COUNT }, (_, index) => addressOf.get(index) ?? LightHosts.address(index));
    for (const index of TROUBLES.broken) light.breakEngine(addresses[index]!, true);
    for (const index of TROUBLES.exited) light.setContainer(addresses[index]!, "samp", "exited");
    const hosts = foldInOrder(addresses.map((_, index) => hostName(index)));
    const ssh = { user: light.user, key: light.keyFile, knownHosts: light.knownHostsFile, connectTimeout: 5 };
    stack = new BenchStack(light, addresses, {
      hosts: `${hosts},agg-01`,
      componentIds: { "agg-01": COUNT + 1 },
      interconnect: "{host}-iw",
      ssh: { ...ssh, address: `${foldInOrder(addresses)},agg-01`, overrides: [{ hosts: "agg-01", local: true }] },
      aggregators: [{ name: "agg1", level: 1, hosts: "agg-01", interval: "1s" }],
    });
  });
  after(() => {
    stack?.remove();
    light?.stop();
  });

  it("is one screen, which names each trouble and no host that is well", async () => {
    const run = await withPrograms({ docker: ENGINE }, () => stack.verb(["status"]));
    const lines = run.output.trimEnd().split("\n");
    console.log(lines.map((line) => `      ${line}`).join("\n"));
    assert.equal(run.code, 1);
    assert.ok(lines.length <= 24);
    assert.match(
      lines[0]!,
      /^bench: 10,001 hosts: 9,990 well, 11 not; looked in [0-9.]+ s, 12 of them asked, of the others their aggregators tell$/,
    );
    assert.match(run.output, /^sampler +10,000 +9,989 +11 /m);
    const causes = [
      /^n\[08001-08004\]: samp is exited$/m,
      /^n\[00018,00994-00995\]: .*(timed out|no answer)/m,
      /^n\[02501-02502\]: .*Cannot connect to the Docker daemon$/m,
      /^n04410: .*nothing answers$/m,
      /^n10000: samp is missing$/m,
    ];
    for (const cause of causes) assert.match(run.output, cause);
  });
});
