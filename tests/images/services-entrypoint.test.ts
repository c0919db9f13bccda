import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { buildImages, docker, dockerOk, imageTag, logsOf, needEngine, putKey, removeAll, runToEnd, start, waitFor } from "./engine";

/** One daemon that is not there; `auth` as given. */
const configuration = (auth: string): string =>
  `daemons: [{ names: a, hosts: localhost, endpoints: [{ names: a-ep, ports: 411, maestro_comm: true, auth: { name: ${auth}, plugin: ${auth} } }] }]\n`;

/** A container of maestro with a configuration of its own, not started yet. */
function createMaestro(config: string, options: readonly string[] = [], argv: readonly string[] = []): string {
  const id = dockerOk("create", "--label", "ldms.test=images", ...options, imageTag("ldms-maestro"), ...argv);
  const archive = Buffer.concat([
    tarHeader("ldms_cfg.yaml", config.length),
    Buffer.from(config.padEnd(Math.ceil(config.length / 512) * 512, "\0")),
    Buffer.alloc(1024),
  ]);
  const { code, err } = docker(["cp", "-", `${id}:/etc`], archive);
  assert.equal(code, 0, err);
  return id;
}

/** The ustar header of a plain file of ASCII. */
function tarHeader(name: string, size: number): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write("0000644\0", 100);
  header.write("0000000\0", 108);
  header.write("0000000\0", 116);
  header.write(`${size.toString(8).padStart(11, "0")}\0`, 124);
  header.write("00000000000\0        0", 136);
  header.write("ustar\0", 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return header;
}

const tells = (id: string, seconds: number, text: RegExp) => waitFor(`log has ${text}`, seconds, () => text.test(logsOf(id)));
const exitCode = (id: string): string => dockerOk("wait", id);

describe("entrypoint of ldms-maestro", function () {
  this.timeout(300_000);
  before(function () {
    needEngine(this);
    buildImages("ldms-maestro");
  });
  after(removeAll);

  it("starts no munged where no endpoint uses munge, ignores arguments, and is healthy", async () => {
    const id = createMaestro(configuration("none"), [], ["--nonsense", "x"]);
    dockerOk("start", id);
    await tells(id, 40, /Failed to communicate with LDMSD a on endpoint a-ep/);
    assert.match(logsOf(id), /ldms: arguments are ignored: --nonsense x/);
    assert.doesNotMatch(dockerOk("exec", id, "ps", "-eo", "comm"), /munged/);
    await waitFor("healthy", 40, () => dockerOk("inspect", "--format", "{{.State.Health.Status}}", id) === "healthy");
  });

  it("ends when etcd dies", async () => {
    const id = createMaestro(configuration("none"));
    dockerOk("start", id);
    await tells(id, 40, /Failed to communicate with LDMSD a on endpoint a-ep/);
    dockerOk("exec", id, "pkill", "-KILL", "-x", "etcd");
    assert.equal(exitCode(id), "137");
    assert.match(logsOf(id), /ldms: a process of the container ended with status 137: the container ends/);
  });

  it("ends with etcd's log where etcd cannot start", () => {
    const id = createMaestro(configuration("none"), ["--tmpfs", "/var/lib/etcd:ro"]);
    dockerOk("start", id);
    assert.equal(exitCode(id), "1");
    assert.match(logsOf(id), /var\/lib\/etcd[\s\S]*ldms: etcd health check failed\nhelp: ports 2379 and 2380/);
  });

  it("needs a socket or a key where an endpoint uses munge", () => {
    const id = createMaestro(configuration("munge"));
    dockerOk("start", id);
    assert.equal(exitCode(id), "1");
    assert.match(
      logsOf(id),
      /^ldms: munge has neither the host's socket nor a key\nhelp: bind one of them: `-v \/run\/munge:\/run\/munge:ro` or `-v KEY/,
    );
  });

  it("starts munged with a key", async () => {
    const id = createMaestro(configuration("munge"));
    putKey(id, randomBytes(1024), 101, 0o600);
    dockerOk("start", id);
    await tells(id, 40, /Failed to communicate with LDMSD a on endpoint a-ep/);
    assert.match(logsOf(id), /Munge check OK/);
  });

  it("ends with maestro_ctrl's complaint of a configuration, such as one in the older grammar", () => {
    const store = "{ name: s, daemons: a, container: c, schema: meminfo, plugin: { name: store_sos, config: { path: /store } } }";
    const id = createMaestro(`${configuration("none")}stores: [${store}]\n`);
    dockerOk("start", id);
    assert.equal(exitCode(id), "1");
    assert.match(
      logsOf(id),
      /^ValueError: Error parsing ldms_config yaml file\nstore spec must be a dictionary, [\s\S]*\nldms: maestro_ctrl could not load `\/etc\/ldms_cfg\.yaml`/m,
    );
  });

  const BAD: readonly (readonly [string, string, string])[] = [
    ["not YAML", "daemons:\n  - names: a\n   hosts: b\n", "3: expected <block end>, but found '<block mapping start>'"],
    ["a key that is missing", configuration("none").replace("ports: 411, ", ""), "1: daemons[0].endpoints[0]: `ports` is missing"],
    ["a key that stands twice", `${configuration("none")}samplers: []\nsamplers: []\n`, "3: the file: `samplers` is there twice"],
    [
      "daemons that are not there",
      `${configuration("none")}samplers:\n  - plugins: [{ name: meminfo, interval: 1s }]\n    daemons: b\n`,
      "4: samplers[0].daemons: no daemons have these `names`: `b`",
    ],
  ];
  for (const [what, text, problem] of BAD) {
    it(`names line and key for ${what}`, () => {
      const id = createMaestro(text);
      dockerOk("start", id);
      assert.equal(exitCode(id), "1");
      assert.equal(
        logsOf(id),
        `ldms: /etc/ldms_cfg.yaml:${problem}\nldms: maestro cannot use \`/etc/ldms_cfg.yaml\`\nhelp: correct the lines above, and start the container again\n`,
      );
    });
  }
});

describe("entrypoint of ldms-ui", function () {
  this.timeout(300_000);
  before(function () {
    needEngine(this);
    buildImages("ldms-ui");
  });
  after(removeAll);

  /** The arguments that uwsgi gets: a program of that name in the way prints them. */
  function uwsgiArguments(...argv: readonly string[]): string[] {
    const script = `mkdir /tmp/bin; printf '#!/bin/sh\\nprintf "%%s\\\\n" "$@"\\n' >/tmp/bin/uwsgi; chmod +x /tmp/bin/uwsgi; PATH=/tmp/bin:$PATH exec /usr/local/lib/ldms-ui/entrypoint "$@"`;
    const { code, out, err } = runToEnd(["--entrypoint", "bash"], "ldms-ui", "-c", script, "bash", ...argv);
    assert.equal(code, 0, err);
    return out.trimEnd().split("\n");
  }

  const [socket, plugins, module, ...stop] = [
    "--http-socket=:80",
    "--plugins=python3",
    "--module=sosgui.wsgi",
    "--master",
    "--die-on-term",
  ];
  for (const [argv, wanted] of [
    [[], [socket, plugins, module, ...stop]],
    [["--http-socket=:8080"], [plugins, module, ...stop, "--http-socket=:8080"]],
    [
      ["--http-socket", ":8080"],
      [plugins, module, ...stop, "--http-socket", ":8080"],
    ],
    [["--http-socket-modifier1=1"], [socket, plugins, module, ...stop, "--http-socket-modifier1=1"]],
    [
      ["--module=a b", "--plugin=python3"],
      [socket, ...stop, "--module=a b", "--plugin=python3"],
    ],
    [
      ["--master=false", "--http-socket", "127.0.0.1:80", "--static-map", "/x=/srv/a b*", "-w", "site.wsgi:app"],
      [plugins, "--die-on-term", "--master=false", "--http-socket", "127.0.0.1:80", "--static-map", "/x=/srv/a b*", "-w", "site.wsgi:app"],
    ],
  ] as const) {
    it(`adds what \`${argv.join(" ")}\` leaves open`, () => assert.deepEqual(uwsgiArguments(...argv), wanted));
  }

  it("serves `/` and is healthy also where ALLOWED_HOSTS refuses it", async () => {
    const id = start([], "ldms-ui", ["--http-socket=127.0.0.1:8080"]);
    const health = ["exec", id, "/usr/local/lib/ldms-ui/health"];
    await waitFor("the UI answers", 15, () => docker(health).code === 0);
  });
});

describe("ldms-dsosd of ldms-agg", function () {
  this.timeout(300_000);
  before(function () {
    needEngine(this);
    buildImages("ldms-agg");
  });
  after(removeAll);

  it("hands dsosd its arguments one by one, with its environment", () => {
    const fake = `printf '#!/bin/sh\\nprintf "%%s|" "$DSOSD_SERVER_ID" "$@"\\n' >/opt/ovis/bin/dsosd; chmod +x /opt/ovis/bin/dsosd`;
    const script = `mkdir -p /opt/ovis/bin; rm -f /opt/ovis/sbin/dsosd; ${fake}; exec ldms-dsosd "$@"`;
    const argv = ["--level", "a b", "*", ""];
    const { code, out, err } = runToEnd(
      ["--entrypoint", "bash", "--env", "DSOSD_SERVER_ID=cygnus 07"],
      "ldms-agg",
      "-c",
      script,
      "bash",
      ...argv,
    );
    // A dsosd that ends, whatever its status, ends the container for its restart policy to act.
    assert.deepEqual([code, out.split("\n").at(-1)], [1, `${["cygnus 07", ...argv].join("|")}|`], err);
  });

  it("ends for a DSOSD_DIRECTORY that is no file, and names the bind", () => {
    const options = ["--entrypoint", "/usr/local/sbin/ldms-dsosd", "--env", "DSOSD_DIRECTORY=/etc/dsosd.json"];
    const { code, err } = runToEnd(options, "ldms-agg");
    assert.equal(code, 1);
    assert.equal(
      err,
      "ldms: DSOSD_DIRECTORY names no file: `/etc/dsosd.json`\nhelp: bind it: `-v /on-host/dsosd.json:/etc/dsosd.json:ro`\n",
    );
  });
});

describe("ldms-grafana", function () {
  this.timeout(300_000);
  before(function () {
    needEngine(this);
    buildImages("ldms-grafana");
  });
  after(removeAll);

  const PROVISION =
    "printf 'datasources:\\n- {name: d, type: dsosds, url: \"http://127.0.0.1:1\"}\\n' >/etc/grafana/provisioning/datasources/d.yaml";

  it("loads the unsigned plugin with an own grafana.ini and a volume on /var/lib/grafana", async () => {
    const script = `printf '[server]\\nhttp_port = 3005\\n' >/etc/grafana/grafana.ini; ${PROVISION}; exec /run.sh`;
    const id = start(["--volume", "/var/lib/grafana", "--entrypoint", "bash"], "ldms-grafana", ["-c", script]);
    const get = (path: string) => docker(["exec", id, "curl", "-fsS", `http://127.0.0.1:3005${path}`]).out;
    await waitFor("Grafana answers", 15, () => get("/api/health").includes('"database": "ok"'));
    assert.equal((JSON.parse(get("/api/datasources")) as { type: string }[])[0]?.type, "dsosds");
  });

  // That the real Grafana heeds these variables is in its documentation; the stand-in only shows that they are set.
  it("would not load it without the image's environment", async () => {
    const script = `${PROVISION}; exec /run.sh`;
    const id = start(["--env", "GF_PLUGINS_ALLOW_LOADING_UNSIGNED_PLUGINS=", "--entrypoint", "bash"], "ldms-grafana", ["-c", script]);
    await tells(id, 15, /HTTP Server Listen/);
    assert.match(logsOf(id), /Plugin is unsigned" id=dsosds\n.*Plugin not found/);
  });

  it("has the entrypoint and the user of its base", () => {
    const facts = (tag: string) => dockerOk("image", "inspect", "--format", "{{json .Config.Entrypoint}} {{.Config.User}}", tag);
    assert.equal(facts(imageTag("ldms-grafana")), facts("ldms-test/grafana-standin:9.1.0"));
  });

  it("has a health check that follows GF_SERVER_HTTP_ADDR and GF_SERVER_HTTP_PORT", async () => {
    const id = start(["--env", "GF_SERVER_HTTP_ADDR=127.0.0.2", "--env", "GF_SERVER_HTTP_PORT=3999"], "ldms-grafana", []);
    const [, ...test] = JSON.parse(
      dockerOk("image", "inspect", "--format", "{{json .Config.Healthcheck.Test}}", imageTag("ldms-grafana")),
    ) as string[];
    await waitFor("healthy", 15, () => docker(["exec", id, ...test]).code === 0);
  });
});
