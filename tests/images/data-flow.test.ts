import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import type { ImageName } from "../../plan/model/image";
import { buildImages, createNetwork, docker, dockerOk, needEngine, removeAll, start, waitFor } from "./engine";
import { components, settle, withFile } from "./flow";

const NETWORK = "ldms-test-images";
const SUBNET = "198.18.77.0/24";
const AUTH = "auth: { name: munge, plugin: munge }";
const UPDATERS = "updaters: [{ mode: pull, interval: 1s, offset: 200ms, sets: [{ regex: .*, field: inst }] }]";
const endpoint = (name: string): string => `endpoints: [{ names: "${name}-ep", ports: 411, xprt: sock, maestro_comm: true, ${AUTH} }]`;

/** Two samplers with files of their own below two L1 aggregators, one L2 aggregator with a store; a container is a host. */
const CONFIG = `daemons:
  - { names: "samp-[1-2]", hosts: "samp-[1-2]", ${endpoint("samp-[1-2]")} }
  - { names: "agg1-[1-2]", hosts: "agg1-[1-2]", ${endpoint("agg1-[1-2]")} }
  - { names: agg2, hosts: agg2, ${endpoint("agg2")} }
aggregators:
  - { daemons: "agg1-[1-2]", peers: [{ daemons: "samp-[1-2]", endpoints: "samp-[1-2]-ep", reconnect: 1s, type: active, ${UPDATERS} }] }
  - { daemons: agg2, peers: [{ daemons: "agg1-[1-2]", endpoints: "agg1-[1-2]-ep", reconnect: 1s, type: active, ${UPDATERS} }] }
plugins:
  store_sos: { name: store_sos, config: [{ path: /store }] }
stores:
  s: { daemons: agg2, container: meminfo, schema: meminfo, flush: 2s, plugin: store_sos }
`;

const SAMPLER = withFile([
  "load name=meminfo",
  `config name=meminfo producer=samp-\${COMPONENT_ID} instance=samp-\${COMPONENT_ID}/meminfo component_id=\${COMPONENT_ID} perm=0777`,
  "start name=meminfo interval=1s offset=0s",
]);

describe("a cluster of containers under maestro", function () {
  this.timeout(300_000);
  const key = randomBytes(1024);
  const ids = new Map<string, string>();
  const id = (name: string): string => ids.get(name) ?? "";
  const listen = ["-x", "sock:411", "-a", "munge"];

  function run(name: string, image: ImageName, options: readonly string[], argv: readonly string[], ownKey?: Buffer): void {
    ids.set(name, start(["--network", NETWORK, "--hostname", name, "--network-alias", name, ...options], image, argv, ownKey));
  }

  before(function () {
    needEngine(this);
    buildImages("ldms-samp", "ldms-agg", "ldms-maestro", "ldms-ui", "ldms-grafana");
    createNetwork(NETWORK, SUBNET);
    for (const number of ["1", "2"]) {
      run(`samp-${number}`, "ldms-samp", ["--env", `COMPONENT_ID=${number}`, ...SAMPLER.options], [...SAMPLER.argv, ...listen], key);
      run(`agg1-${number}`, "ldms-agg", [], listen, key);
    }
    run("agg2", "ldms-agg", ["--volume", "/store"], listen, key);
  });
  after(removeAll);

  it("has no rows without maestro", async () => {
    await settle(4);
    assert.equal(components(id("agg2"), 60), "");
  });

  it("has rows of every sampler with it", async () => {
    const script = `printf '%s' "$CONFIG" >/etc/ldms_cfg.yaml; exec /usr/local/lib/ldms-maestro/entrypoint`;
    run("maestro", "ldms-maestro", ["--env", `CONFIG=${CONFIG}`, "--entrypoint", "bash"], ["-c", script], key);
    await waitFor("rows of both", 40, () => components(id("agg2"), 5) === "1 2");
  });

  it("loses exactly the rows of a paused L1 aggregator, and gets them again", async () => {
    dockerOk("pause", id("agg1-1"));
    await waitFor("rows of the other only", 15, () => components(id("agg2"), 3) === "2");
    dockerOk("unpause", id("agg1-1"));
    await waitFor("rows of both", 20, () => components(id("agg2"), 3) === "1 2");
  });

  it("has rows again after a restart of a sampler, and after one of the store when maestro next looks", async () => {
    dockerOk("restart", id("samp-2"));
    dockerOk("kill", id("agg2"));
    dockerOk("start", id("agg2"));
    await settle(3);
    await waitFor("rows of both", 45, () => components(id("agg2"), 2) === "1 2");
  });

  it("takes no rows from a sampler with another key", async () => {
    dockerOk("stop", id("samp-2"));
    run("samp-2", "ldms-samp", ["--env", "COMPONENT_ID=3", ...SAMPLER.options], [...SAMPLER.argv, ...listen], randomBytes(1024));
    const refusal = "ERROR: auth.munge: munge_decode() failed. Invalid credential";
    await waitFor("the daemon refuses someone", 20, () => docker(["logs", id("samp-2")]).out.includes(refusal));
    await settle(4);
    await waitFor("rows of the other only", 15, () => components(id("agg2"), 3) === "1");
    assert.doesNotMatch(components(id("agg2"), 60), /3/);
  });

  it("shows the rows on Grafana's page, through dsosd and the UI", async () => {
    // dsosd shares the store, the PID namespace and the network of its aggregator, as on a host.
    const shared = ["--volumes-from", id("agg2"), "--pid", `container:${id("agg2")}`, "--network", `container:${id("agg2")}`];
    ids.set("dsosd", start([...shared, "--entrypoint", "/usr/local/sbin/ldms-dsosd"], "ldms-agg", []));
    const settings = `DSOS_ROOT = "/store/"\\nDSOS_CONF = "/opt/ovis/etc/dsosd.conf"\\nDEBUG = False\\nALLOWED_HOSTS = ["ui"]\\nSECRET_KEY = "x"\\n`;
    const files = `mkdir -p /opt/ovis/etc; echo agg2 >/opt/ovis/etc/dsosd.conf; printf '${settings}' >/opt/ovis/ui/sosgui/settings.py`;
    run("ui", "ldms-ui", ["--entrypoint", "bash"], ["-c", `${files}; exec /usr/local/lib/ldms-ui/entrypoint`]);
    const provision = `printf 'datasources:\\n- {name: d, type: dsosds, url: "http://ui/grafana"}\\n' >/etc/grafana/provisioning/datasources/d.yaml; exec /run.sh`;
    run("grafana", "ldms-grafana", ["--entrypoint", "bash"], ["-c", provision]);
    const page = () => docker(["exec", id("grafana"), "curl", "-sS", "http://127.0.0.1:3000/"]).out;
    await waitFor("the page has the row", 30, () => /<tr><td>1<td>\d+<td>\d+\.\d s ago/.test(page()));
    assert.equal(docker(["exec", id("dsosd"), "dsosd-health"]).code, 0);
    assert.match(docker(["exec", id("grafana"), "curl", "-sS", "http://ui/"]).out, /^Test connection$/);
  });

  it("ends the container of dsosd when dsosd dies, so that a restart policy brings both back", () => {
    dockerOk("exec", id("dsosd"), "pkill", "-KILL", "-x", "dsosd");
    assert.equal(dockerOk("wait", id("dsosd")), "137");
  });
});
