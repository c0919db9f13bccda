import assert from "node:assert/strict";
import { runOnHost } from "../../lab/lab";
import { renderDockerRun } from "../../plan/docker-run/docker-run";
import { type DeploymentPlan, listContainers } from "../../plan/model/deployment-plan";
import { shellLine } from "../../plan/text/shell";
import { comparable } from "../lab/comparable";
import { inspectAll } from "../lab/lab-facts";
import { LabStack, succeeded } from "../lab/lab-stack";
import { changedResources } from "../lab/steps";
import { needLab } from "../operations/on-lab/need-lab";

interface Tampering {
  /** `cygnus-01/samp` */
  readonly place: string;
  /** What the hand did, for the test's title. */
  readonly what: string;
  /** The command line typed on the host, from the `docker run` line that makes the container. */
  readonly typed: (argv: readonly string[]) => string;
  /** The inputs that the preview names. */
  readonly diffs: readonly string[];
}

function madeAgain(place: string, what: string, tamper: (argv: readonly string[]) => readonly string[], diff: string): Tampering {
  const name = place.split("/")[1]!;
  return { place, what, typed: (argv) => `docker rm --force ${name} && ${shellLine(tamper(argv))}`, diffs: [diff] };
}

/** Made again with another value behind an option's first appearance. */
function withValue(place: string, option: string, value: string, diff: string): Tampering {
  return madeAgain(place, `${option} ${value}`, (argv) => argv.with(indexOf(argv, option) + 1, value), diff);
}

/** Made again without an option and its `values`. */
function without(place: string, option: string, values: number, diff: string): Tampering {
  return madeAgain(place, `without ${option}`, (argv) => argv.toSpliced(indexOf(argv, option), 1 + values), diff);
}

function indexOf(argv: readonly string[], word: string): number {
  const index = argv.indexOf(word);
  assert(index >= 0, `no ${word} in ${argv.join(" ")}`);
  return index;
}

const OTHER_IMAGE = "ldms-test/drift:1";

/** Every option of the lines that `ldms plan` prints; in each round at most one a container. */
const ROUNDS: readonly (readonly Tampering[])[] = [
  [
    withValue("cygnus-01/samp", "--env", "COMPID=9", "envs"),
    without("cygnus-02/samp", "--pid", 1, "pidMode"),
    without("cygnus-03/samp", "--privileged", 0, "privileged"),
    madeAgain("cygnus-04/samp", "another argument", (argv) => [...argv, "-v", "DEBUG"], "command"),
    withValue("cygnus-05/agg1", "--health-retries", "9", "healthcheck"),
    withValue("cygnus-06/agg1", "--volume", "/run/munge:/run/munge:rw", "volumes"),
    withValue("cygnus-07/agg2", "--stop-timeout", "99", "stopTimeout"),
    withValue("cygnus-07/dsosd", "--entrypoint", "/bin/false", "entrypoints"),
    withValue("cygnus-07/maestro", "--log-opt", "max-size=99m", "logOpts"),
    madeAgain("cygnus-07/ui", "another spec label", (argv) => argv.map((word) => word.replace(/^ldms\.spec=.*/, "ldms.spec=0")), "labels"),
    withValue("cygnus-07/grafana", "--restart", "no", "restart"),
  ],
  [
    { place: "cygnus-01/samp", what: "docker rename", typed: () => "docker rename samp renamed", diffs: ["name"] },
    {
      place: "cygnus-02/samp",
      what: "another image",
      typed: (argv) => {
        const image = argv.findIndex((word) => word.includes("/ldms-samp"));
        return `docker commit samp ${OTHER_IMAGE} && docker rm --force samp && ${shellLine(argv.with(image, OTHER_IMAGE))}`;
      },
      diffs: ["image"],
    },
    withValue("cygnus-03/samp", "--log-driver", "local", "logDriver"),
    without("cygnus-04/samp", "--volume", 1, "volumes"),
    withValue("cygnus-05/agg1", "--health-interval", "99s", "healthcheck"),
    withValue("cygnus-06/agg1", "--health-timeout", "9s", "healthcheck"),
    withValue("cygnus-07/agg2", "--health-start-period", "99s", "healthcheck"),
    withValue("cygnus-07/maestro", "--health-cmd", "true", "healthcheck"),
    withValue("cygnus-07/ui", "--network", "none", "networkMode"),
    { place: "cygnus-07/grafana", what: "docker stop", typed: () => "docker stop grafana", diffs: ["mustRun"] },
  ],
];

describe("each property of the deployed stack, changed by hand", function () {
  this.timeout(600_000);
  let lab: LabStack;
  let plan: DeploymentPlan;
  let deployed: ReadonlyMap<string, unknown>;

  before(async function () {
    await needLab.call(this);
    lab = new LabStack();
    await lab.prepare();
    await lab.haveStandard();
    plan = JSON.parse(succeeded(await lab.ldms(["plan", "-s", "lab", "--json"])).stdout) as DeploymentPlan;
    deployed = comparable(await inspectAll());
  });
  after(async () => {
    await runOnHost("cygnus-02", `! docker image inspect ${OTHER_IMAGE} >/dev/null 2>&1 || docker image rm --force ${OTHER_IMAGE}`);
    await lab?.remove();
  });

  const argvOf = (place: string) => {
    const container = listContainers(plan).find(({ host, name }) => place === `${host}/${name}`);
    assert(container, `${place} is not in the plan`);
    return renderDockerRun(container, plan);
  };

  for (const [index, round] of ROUNDS.entries()) {
    describe(`round ${index + 1}, as the preview shows it`, () => {
      let shown: ReadonlyMap<string, readonly string[]> = new Map();

      before(async () => {
        lab.touch();
        await Promise.all(round.map(({ place, typed }) => runOnHost(place.split("/")[0]!, typed(argvOf(place)))));
        const preview = succeeded(await lab.preview({}, ["--refresh", "--json"]));
        shown = new Map(changedResources(preview.stdout, "planned").map(({ name, diffs }) => [name, diffs]));
      });

      for (const { place, what, diffs } of round) {
        it(`${place}, ${what}: ${diffs.join(", ")}`, () => assert.deepEqual(shown.get(place.replace("/", "-")), diffs));
      }

      it("nothing else differs", () => {
        assert.deepEqual([...shown.keys()].sort(), round.map(({ place }) => place.replace("/", "-")).sort());
      });

      it("up makes every container as it was", async () => {
        succeeded(await lab.up({}, ["--refresh"]));
        assert.deepEqual(comparable(await inspectAll()), deployed);
      });
    });
  }
});
