import assert from "node:assert/strict";
import { checkDsosd, checkUi } from "../../plan/containers/health-checks";
import { HEALTH_SCRIPT } from "../../plan/health/script";
import type { HealthCheck } from "../../plan/model/container";
import type { ImageName } from "../../plan/model/image";
import { containerOf, examplePlan } from "../unit/example-stack";
import { buildImages, docker, dockerOk, needEngine, removeAll, start, waitFor } from "./engine";

/** What the images have that upstream's published ones have not. */
const OWN_SCRIPTS =
  "rm /usr/local/lib/ldms/ldmsd-health /usr/local/sbin/dsosd-health /usr/local/sbin/ldms-dsosd /usr/local/lib/ldms-ui/health 2>/dev/null";

// Stand-ins of upstream's published images: ours, without the scripts that the plan's commands prefer.
describe("images without our scripts, as upstream publishes them", function () {
  this.timeout(600_000);

  before(function () {
    needEngine(this);
    buildImages("ldms-agg", "ldms-ui");
  });
  afterEach(removeAll);

  const startBare = (image: ImageName, ...command: readonly string[]) =>
    start(["--entrypoint", "bash"], image, ["-c", `${OWN_SCRIPTS}; exec "$@"`, "bash", ...command]);
  const isHealthy = (id: string, { test }: HealthCheck) => docker(["exec", id, "/bin/sh", "-c", test[1]!]).code === 0;

  it("have an ldmsd's health told by the plan's script", async () => {
    const id = startBare("ldms-agg", "ldmsd", "-x", "sock:411");
    assert.equal(docker(["exec", "-i", id, "sh", "-c", "mkdir -p /etc/ldms; cat >/etc/ldms/health"], HEALTH_SCRIPT).code, 0);
    const ask = (...words: readonly string[]) => docker(["exec", id, "sh", "/etc/ldms/health", "sock", ...words]);
    await waitFor("a healthy daemon", 20, () => ask("411", "none", "receives=60").out === "no data yet\n");
    const { code, out } = ask("412", "none");
    assert.equal(code, 1);
    assert.match(out, /^listener sock:412: /);
  });

  it("run dsosd, with rpcbind where there is none, and have its health told by the portmapper", async () => {
    const dsosd = containerOf(examplePlan(), "cygnus-07", "dsosd");
    const id = startBare("ldms-agg", ...dsosd.entrypoint!, ...dsosd.argv);
    await waitFor("a healthy dsosd", 20, () => isHealthy(id, checkDsosd()));
    assert.equal(dockerOk("exec", id, "cat", "/proc/1/comm"), "dsosd");
    dockerOk("exec", id, "pkill", "-x", "rpcbind");
    assert.equal(isHealthy(id, checkDsosd()), false);
  });

  it("have the UI's health told by its page", async () => {
    const id = startBare("ldms-ui", "/usr/local/lib/ldms-ui/entrypoint");
    await waitFor("a healthy UI", 20, () => isHealthy(id, checkUi("127.0.0.1", 80)));
    assert.equal(isHealthy(id, checkUi("127.0.0.1", 81)), false);
  });
});
