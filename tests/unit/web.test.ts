import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { parse } from "yaml";
import { containerOf, examplePlan, fileOf, NO_FACTS, textOf, type Values } from "./example-stack";

const UI = "/var/lib/ldms/cygnus/ui";
const settings = (changes: Values = {}) => textOf(examplePlan(changes), `${UI}/settings.py`);

/** What Python sees of a settings.py whose files of the container are replaced by `key`. */
function evaluate(text: string, names: readonly string[], key = ""): Readonly<Record<string, unknown>> {
  const program = `
import io, json, sys
text, names, key = json.load(sys.stdin)
scope = {"__file__": "/opt/ovis/ui/sosgui/settings.py", "__name__": "sosgui.settings", "__package__": "sosgui",
         "open": lambda path, mode: io.BytesIO(key.encode()) if "b" in mode else io.StringIO()}
exec(compile(text, "settings.py", "exec"), scope)
print(json.dumps({name: scope[name] for name in names}))`;
  return JSON.parse(execFileSync("python3", ["-c", program], { input: JSON.stringify([text, names, key]), encoding: "utf8" })) as Record<
    string,
    unknown
  >;
}

describe("planUi", () => {
  it("listens where the image does unless the stack says otherwise", () => {
    const argv = (ui: object) => containerOf(examplePlan({ ui: { host: "cygnus-07", ...ui } }), "cygnus-07", "ui").argv;
    assert.deepEqual(argv({}), []);
    assert.deepEqual(argv({ port: 8080, options: ["--processes=4"] }), ["--http-socket=:8080", "--processes=4"]);
    assert.deepEqual(argv({ address: "127.0.0.1" }), ["--http-socket=127.0.0.1:80"]);
  });

  it("has a settings.py that Python runs, without debug pages, for the names it is asked by", () => {
    const seen = evaluate(settings({ ssh: { overrides: [{ hosts: "cygnus-07", address: "198.18.0.17" }] } }), [
      "DEBUG",
      "ALLOWED_HOSTS",
      "DATABASES",
    ]);
    assert.deepEqual(seen, {
      DEBUG: false,
      ALLOWED_HOSTS: ["cygnus-07", "cygnus-07-iw", "198.18.0.17", "localhost", "127.0.0.1"],
      DATABASES: { default: { ENGINE: "django.db.backends.sqlite3", NAME: "/var/lib/sosgui/db.sqlite3" } },
    });
  });

  it("looks for SOS containers where the stores are", () => {
    const stores = [{ name: "mem", plugin: "store_sos", schema: "meminfo", container: "mem", path: "/data/sos", hostPath: "/data" }];
    const aggregators = [{ name: "agg1", level: 1, hosts: "cygnus-07", interval: "1s", stores, dsosd: true }];
    assert.deepEqual(evaluate(settings({ aggregators }), ["DSOS_ROOT", "SOS_ROOT", "DSOS_CONF"]), {
      DSOS_ROOT: "/data/sos/",
      SOS_ROOT: "/data/sos/",
      DSOS_CONF: "/opt/ovis/etc/dsosd.conf",
    });
  });

  it("reads its secret key from a file that holds the stack's secret or bytes made on the host", () => {
    const secret = { uiSecretKey: { lengthBytes: 40, isUniform: false, fingerprint: "f00d" } };
    const given = fileOf(examplePlan({}, { secrets: secret, ownFiles: {} }), `${UI}/secret_key`);
    const made = fileOf(examplePlan(), `${UI}/secret_key`);
    assert.deepEqual(given.content, { kind: "secret", secretName: "uiSecretKey", encoding: "utf8" });
    assert.deepEqual(made.content, { kind: "generated", bytes: 50 });
    assert.deepEqual([given.mode, given.uid, given.gid], [0o600, 0, 0]);
    assert.deepEqual(evaluate(settings(), ["SECRET_KEY"], "key"), { SECRET_KEY: "6b6579" });
  });

  it("keeps its users' accounts in a named volume", () => {
    const { mounts } = containerOf(examplePlan(), "cygnus-07", "ui");
    assert.deepEqual(mounts.at(-1), { kind: "volume", volume: "ldms-cygnus-ui", containerPath: "/var/lib/sosgui", readOnly: false });
  });
});

describe("planGrafana", () => {
  const grafana = (changes: Values, facts = NO_FACTS) =>
    containerOf(examplePlan({ grafana: { host: "cygnus-07", ...changes } }, facts), "cygnus-07", "grafana");

  it("sets address and port where they differ from the image's", () => {
    assert.deepEqual(grafana({}).env, {});
    assert.deepEqual(grafana({ address: "10.0.0.7", port: 3001 }).env, { GF_SERVER_HTTP_ADDR: "10.0.0.7", GF_SERVER_HTTP_PORT: "3001" });
  });

  it("is asked for its health where it listens", () => {
    assert.equal(grafana({}).healthCheck.test[1], "curl -fsS http://127.0.0.1:3000/api/health");
    assert.equal(grafana({ address: "10.0.0.7", port: 3001 }).healthCheck.test[1], "curl -fsS http://10.0.0.7:3001/api/health");
    assert.equal(grafana({ address: "0.0.0.0" }).healthCheck.test[1], "curl -fsS http://127.0.0.1:3000/api/health");
  });

  it("has the UI as its data source", () => {
    const plan = examplePlan({ ui: { host: "cygnus-06", port: 8080 } });
    assert.deepEqual(parse(textOf(plan, "/var/lib/ldms/cygnus/grafana/datasources.yaml")), {
      apiVersion: 1,
      datasources: [
        {
          name: "LDMS",
          type: "dsosds",
          access: "proxy",
          orgId: 1,
          url: "http://cygnus-06:8080/grafana",
          isDefault: true,
          editable: false,
        },
      ],
    });
  });

  it("has no data source without a UI", () => {
    const { hosts } = examplePlan({ ui: undefined });
    assert.ok(!hosts.flatMap(({ files }) => files).some(({ container }) => container === "grafana"));
  });

  it("allows the unsigned plugin in its environment where a site's own grafana.ini takes the place of the image's", () => {
    const own = grafana({ configFile: "grafana.ini" }, { secrets: {}, ownFiles: { "grafana.ini": "[security]\nadmin_user = me\n" } });
    assert.deepEqual(own.env, { GF_PLUGINS_ALLOW_LOADING_UNSIGNED_PLUGINS: "dsosds" });
    assert.ok(own.mounts.some(({ containerPath }) => containerPath === "/etc/grafana/grafana.ini"));
  });
});
