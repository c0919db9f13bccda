import assert from "node:assert/strict";
import { type FoundHost, listHandMade } from "../../../plan/adopt/hand-made";
import { stackOfFound } from "../../../plan/adopt/stack-of-found";
import type { TypedContainer } from "../../golden/typed-commands";
import { readFixture, readmeHosts } from "./readme-hosts";

type Change = (line: TypedContainer) => TypedContainer;

function adopt(change?: Change, hosts: (found: FoundHost[]) => FoundHost[] = (found) => found) {
  return stackOfFound(listHandMade(hosts(readmeHosts(change))), {});
}

/** Of some containers only: `cygnus-03 samp`. */
function where(places: RegExp, change: Change): Change {
  return (line) => (places.test(`${line.host} ${line.options["name"]?.at(-1)}`) ? change(line) : line);
}

const withOptions =
  (options: TypedContainer["options"]): Change =>
  (line) => ({ ...line, options: { ...line.options, ...options } });
const withArgv =
  (...argv: readonly string[]): Change =>
  (line) => ({ ...line, argv: [...line.argv, ...argv] });
const first = (value: unknown) => (value as readonly Record<string, unknown>[])[0]!;

describe("stackOfFound", () => {
  it("makes the stack file of the README's seven commands", () => {
    assert.deepEqual(JSON.parse(JSON.stringify(adopt().config)), {
      xprt: "rdma",
      munge: { mode: "host" },
      hosts: "cygnus-[01-07]",
      interconnect: "{host}-iw",
      images: { namespace: "ovishpc", tag: "latest" },
      samplers: [{ hosts: "cygnus-[01-04]", plugins: [{ name: "meminfo", interval: "1s", offset: "0s", config: { perm: "0777" } }] }],
      aggregators: [
        { name: "agg1", level: 1, hosts: "cygnus-[05-06]", interval: "1.0s", offset: "200ms", reconnect: "1s", daemons: "agg-[11-12]" },
        {
          name: "agg2",
          level: 2,
          hosts: "cygnus-07",
          interval: "1.0s",
          offset: "400ms",
          reconnect: "1s",
          stores: [
            {
              name: "sos-meminfo",
              plugin: "store_sos",
              schema: "meminfo",
              container: "meminfo",
              flush: "10s",
              path: "/store",
              hostPath: "/store",
            },
          ],
          daemons: "agg-2",
        },
      ],
      maestro: { host: "cygnus-07", grammar: "A" },
      ui: { host: "cygnus-07" },
      grafana: { host: "cygnus-07" },
    });
  });

  it("says what is in no `docker run`: dsosd that was started by hand, and what people made inside of containers", () => {
    const said = adopt().unsaid.map(({ path, message }) => `${path}: ${message}`);
    assert.deepEqual(said.slice(2), [
      "ldms:ui: accounts of the UI's users lie inside of the container, at `/var/lib/sosgui`: they go with it when it is made anew",
      "ldms:grafana: dashboards and users of Grafana lie inside of the container, at `/var/lib/grafana`: they go with it when it is made anew",
      "ldms:ui: `/root/settings.py` on `cygnus-07` is not in the stack, which writes its own when the container is made anew",
      "ldms:aggregators.dsosd: dsosd was started by hand in an aggregator's container, and ends with it",
    ]);
  });

  describe("of what was typed otherwise", () => {
    const cases: readonly (readonly [string, Change, (config: ReturnType<typeof adopt>["config"]) => unknown, unknown])[] = [
      ["the container's name", where(/ samp$/, withOptions({ name: ["ldmsd"] })), ({ samplers }) => first(samplers)["container"], "ldmsd"],
      ["ldmsd's options", where(/ samp$/, withArgv("-v", "INFO")), ({ samplers }) => first(samplers)["options"], ["-v", "INFO"]],
      ["its set memory", where(/ agg1$/, withArgv("-m", "2G")), ({ aggregators }) => first(aggregators)["setMemory"], "2G"],
      [
        "its set memory in small letters",
        where(/ agg1$/, withArgv("-m", "64m")),
        ({ aggregators }) => first(aggregators)["setMemory"],
        "64M",
      ],
      ["its set memory in kB", where(/ agg1$/, withArgv("-m", "512kB")), ({ aggregators }) => first(aggregators)["setMemory"], "512k"],
      [
        "a variable",
        where(/ agg1$/, withOptions({ env: ["LDMSD_LOG_TIME_SEC=1"] })),
        ({ aggregators }) => first(aggregators)["env"],
        { LDMSD_LOG_TIME_SEC: "1" },
      ],
      [
        "a bound path",
        where(/ agg1$/, withOptions({ volume: ["/run/munge:/run/munge:ro", "/run/slurm:/run/slurm:ro"] })),
        ({ aggregators }) => first(aggregators)["mounts"],
        { "/run/slurm": "/run/slurm" },
      ],
      [
        "the folder of a store",
        where(/ agg2$/, withOptions({ volume: ["/run/munge:/run/munge:ro", "/data/sos:/store:rw"] })),
        ({ aggregators }) => first((aggregators as readonly Record<string, unknown>[])[1]!["stores"])["hostPath"],
        "/data/sos",
      ],
      [
        "the munge key",
        where(/ (samp|agg.)$/, withOptions({ volume: ["/srv/m.key:/etc/munge/munge.key:ro", "/store:/store:rw"] })),
        ({ munge }) => munge,
        { mode: "key", hostPath: "/srv/m.key" },
      ],
      [
        "the UI's port",
        where(/ ui$/, withArgv("--http-socket=127.0.0.1:8080")),
        ({ ui }) => ui,
        { host: "cygnus-07", address: "127.0.0.1", port: 8080 },
      ],
      [
        "the UI's port without an address that no stack file takes",
        where(/ ui$/, withArgv("--http-socket=[::1]:8080")),
        ({ ui }) => ui,
        { host: "cygnus-07", port: 8080 },
      ],
      ["the UI on every address", where(/ ui$/, withArgv("--http-socket=[::]:8080")), ({ ui }) => ui, { host: "cygnus-07", port: 8080 }],
      [
        "an option with a blank",
        where(/ ui$/, withArgv("--set", "title=My site")),
        ({ ui }) => ui,
        { host: "cygnus-07", options: ["--set", "title=My site"] },
      ],
      [
        "Grafana's port",
        where(/ grafana$/, withOptions({ env: ["GF_SERVER_HTTP_PORT=3001"] })),
        ({ grafana }) => grafana,
        { host: "cygnus-07", port: 3001 },
      ],
      [
        "the images",
        (line) => ({ ...line, image: `reg.site:5000/x/${line.image.slice("ovishpc/".length)}:4.4.5` }),
        ({ images }) => images,
        { registry: "reg.site:5000", namespace: "x", tag: "4.4.5" },
      ],
      [
        "one image",
        where(/ ui$/, (line) => ({ ...line, image: "site/ldms-ui:7" })),
        ({ images }) => images,
        { namespace: "ovishpc", tag: "latest", references: { "ldms-ui": "site/ldms-ui:7" } },
      ],
      [
        "a group's image",
        where(/ agg2$/, (line) => ({ ...line, image: "ovishpc/ldms-agg:4.5.3" })),
        ({ aggregators }) => (aggregators as readonly Record<string, unknown>[])[1]!["image"],
        "ovishpc/ldms-agg:4.5.3",
      ],
    ];
    for (const [what, change, read, expected] of cases) it(`takes ${what}`, () => assert.deepEqual(read(adopt(change).config), expected));
  });

  it("keeps the ldms_cfg.yaml of a maestro whose grammar the plan does not write", () => {
    const { config, files } = adopt(where(/ maestro$/, (line) => ({ ...line, image: "ovishpc/ldms-maestro:4.4.2" })));
    assert.deepEqual(config["maestro"], { host: "cygnus-07", configFile: "ldms_cfg.yaml" });
    assert.deepEqual(files, [{ name: "ldms_cfg.yaml", text: readFixture("ldms_cfg.yaml") }]);
  });

  it("takes of a group what most of its containers have", () => {
    const { config } = adopt(where(/cygnus-03 samp/, withArgv("-v", "DEBUG")));
    assert.deepEqual(config, adopt().config);
  });

  it("pins the digests that the hosts have", () => {
    const digest = `sha256:${"d".repeat(64)}`;
    const pulled = (found: FoundHost[]) =>
      found.map((host) => ({
        ...host,
        images: host.images.map((image) => ({
          ...image,
          RepoDigests: image.RepoTags!.map((tag) => `${tag.replace(/:latest$/, "")}@${digest}`),
        })),
      }));
    const { images } = adopt(undefined, pulled).config;
    const names = ["ldms-samp", "ldms-agg", "ldms-maestro", "ldms-ui", "ldms-grafana"];
    assert.deepEqual(images, { namespace: "ovishpc", tag: "latest", digests: Object.fromEntries(names.map((name) => [name, digest])) });
  });

  it("takes no secret into the file, and no file with one", () => {
    const change = where(
      / grafana$/,
      withOptions({ env: ["GF_SECURITY_ADMIN_PASSWORD=hunter2"], volume: ["/srv/g.ini:/etc/grafana/grafana.ini:ro"] }),
    );
    const withIni = (text: string) => (found: FoundHost[]) =>
      found.map((host) => ({
        ...host,
        files: [...host.files, { container: "grafana", path: "/etc/grafana/grafana.ini", source: "/srv/g.ini", text }],
      }));
    const secret = adopt(change, (found) =>
      withIni("[security]\nadmin_password = hunter2\n")(
        found.map((host) => ({ ...host, files: host.files.filter(({ source }) => source !== "/srv/g.ini") })),
      ),
    );
    assert.equal(JSON.stringify(secret).includes("hunter2"), false);
    assert.deepEqual(secret.files, []);
    assert.deepEqual(secret.config["grafana"], { host: "cygnus-07" });
  });

  it("leaves out what the stack file refuses of Grafana, and tells it", () => {
    const { config, unsaid } = adopt(where(/ grafana$/, withArgv("cfg:server.http_port=3001")));
    assert.deepEqual(config["grafana"], { host: "cygnus-07" });
    assert.ok(
      unsaid.some(
        ({ path, message, help }) =>
          path === "ldms:grafana.options[0]" &&
          message === "is written by the plan: `cfg:server.http_port=3001`: it is left out" &&
          help === "set `address` and `port`",
      ),
    );
  });

  describe("takes no secret into the file that stands in", () => {
    const cases: readonly (readonly [string, Change, string])[] = [
      [
        "a daemon's URL",
        where(/ samp$/, withOptions({ env: ["HTTP_PROXY=http://ldms:hunter2@proxy:3128"] })),
        "ldms:samplers: the value of `HTTP_PROXY` is a secret, and is left out",
      ],
      [
        "a daemon's argument",
        where(/ samp$/, withArgv("--site-token", "hunter2")),
        "ldms:samplers.options: an argument behind `--site-token` may be a secret, and is left out",
      ],
      [
        "Grafana's URL",
        where(/ grafana$/, withOptions({ env: ["GF_DATABASE_URL=mysql://ldms:hunter2@db/grafana"] })),
        "ldms:grafana.env: the value of `GF_DATABASE_URL` is a secret, and is left out",
      ],
      [
        "Grafana's argument",
        where(/ grafana$/, withArgv("cfg:security.admin_password=hunter2")),
        "ldms:grafana.options: an argument behind `cfg:security.admin_password` may be a secret, and is left out",
      ],
      [
        "the UI's argument",
        where(/ ui$/, withArgv("--set", "DB_PASSWORD=hunter2")),
        "ldms:ui.options: an argument behind `--set` may be a secret, and is left out",
      ],
    ];
    for (const [place, change, said] of cases)
      it(place, () => {
        const adopted = adopt(change);
        assert.equal(JSON.stringify(adopted).includes("hunter2"), false);
        assert.ok(adopted.unsaid.some(({ path, message }) => `${path}: ${message}` === said));
      });
  });

  it("tells that the ldms_cfg.yaml that it keeps may have a password in it", () => {
    const old = where(/ maestro$/, (line) => ({ ...line, image: "ovishpc/ldms-maestro:4.4.2" }));
    const { files, unsaid } = adopt(old, (found) =>
      found.map((host) => ({ ...host, files: host.files.map((file) => ({ ...file, text: `${file.text}# password: hunter2\n` })) })),
    );
    assert.deepEqual(
      files.map(({ name }) => name),
      ["ldms_cfg.yaml"],
    );
    assert.ok(
      unsaid.some(
        ({ path, message }) =>
          path === "ldms:maestro.configFile" &&
          message === "`ldms_cfg.yaml` may have a password in it, and lies beside the stack file as it was found",
      ),
    );
  });

  it("cannot tell what daemons do whose configuration nobody has", () => {
    const without = (found: FoundHost[]) => found.map((host) => ({ ...host, files: [] }));
    assert.throws(() => adopt(undefined, without), {
      name: "BadInputError",
      message: `the hosts: nothing says what their daemons do: no container of maestro's with an ldms_cfg.yaml, no ldmsd with a file of \`-c\`
help: give all hosts by \`--hosts\`, that of maestro among them`,
    });
  });

  it("names hosts that the files speak of and that were not asked", () => {
    const { unsaid } = adopt(undefined, (found) => found.slice(1));
    assert.ok(unsaid.some(({ path, message }) => path === "ldms:hosts" && message === "no container of LDMS was found on `cygnus-01`"));
  });
});
