import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import type { ImageName } from "../../plan/model/image";
import { buildImages, docker, IMAGE_VERSION, imageTag, needEngine, removeAll, runToEnd } from "./engine";

// stream_csv_store writes streams, on whichever daemon has them; upstream leaves out of a sampler what is named libstore*.
const SAMPLER_PLUGINS = ["jobid", "loadavg", "meminfo", "procnetdev2", "procstat2", "stream_csv_store", "vmstat"].map(
  (name) => `lib${name}.so`,
);
const STORE_PLUGINS = ["libstore_csv.so", "libstore_flatfile.so", "libstore_sos.so"];

const OVIS_IMAGES = ["ldms-samp", "ldms-agg", "ldms-maestro", "ldms-ui"] as const satisfies readonly ImageName[];

function shell(image: ImageName, script: string): string {
  const { code, out, err } = runToEnd(["--entrypoint", "bash"], image, "-c", script);
  assert.equal(code, 0, err);
  return out.trim();
}

function layersOf(image: ImageName): readonly string[] {
  return JSON.parse(docker(["image", "inspect", "--format", "{{json .RootFS.Layers}}", imageTag(image)]).out) as string[];
}

/** Packages that settle-ovis adds where the ovis tree imports the module. */
const FOR_IMPORTS = /^python3-(numpy|pandas|yaml|etcd3|django|django-cors-headers)$/;

/** The packages of the image's lists, the alternatives of a line apart. */
function listed(image: ImageName): ReadonlySet<string> {
  const files = ["common", image].map((folder) => path.join(__dirname, "../../images", folder, "packages"));
  const lines = files.filter((file) => fs.existsSync(file)).flatMap((file) => fs.readFileSync(file, "utf8").split("\n"));
  return new Set(lines.filter((line) => !line.startsWith("#")).flatMap((line) => line.split(":")[0]!.split("|")));
}

describe("contents of the images", function () {
  this.timeout(300_000);
  before(function () {
    needEngine(this);
    buildImages(...OVIS_IMAGES);
  });
  after(removeAll);

  for (const image of OVIS_IMAGES) {
    it(`${image} has munge as 101:101, its folders closed to others, and no key`, () => {
      const script = "id -u munge; id -g munge; stat -c '%u:%g %a' /etc/munge /var/lib/munge; find / -xdev -name 'munge.key*'";
      assert.deepEqual(shell(image, script).split("\n"), ["101", "101", "101:101 700", "101:101 700"]);
    });
  }

  // The munge package makes a key while it is installed: one that a later layer removes would still be in the image.
  it("no layer has a key", () => {
    const list = `docker save "$0" | tar -x --wildcards --to-command='tar -t 2>/dev/null || true' '*/layer.tar' 'blobs/sha256/*'`;
    const names = execFileSync("sh", ["-c", `${list} 2>/dev/null; true`, imageTag("ldms-agg")], { encoding: "utf8", maxBuffer: 2 ** 27 });
    assert.ok(names.includes("usr/sbin/munged\n"));
    assert.doesNotMatch(names, /munge\.key/);
  });

  for (const image of OVIS_IMAGES) {
    it(`${image} has no package that was asked for but those of its lists and what its tree imports`, () => {
      const inBase = docker(["run", "--rm", "debian:bookworm-slim", "apt-mark", "showmanual"]).out.split("\n");
      const asked = shell(image, "apt-mark showmanual").split("\n");
      const known = new Set([...inBase, ...listed(image)]);
      assert.deepEqual(
        asked.filter((name) => !known.has(name) && !FOR_IMPORTS.test(name)),
        [],
      );
      assert.equal(
        shell(image, "dpkg --get-selections | cut -f 1 | grep -E -e '-dev(:|$)' -e '^(cpp|gcc|g[+][+]|make|binutils)(-[0-9]+)?$' || true"),
        "",
      );
    });
  }

  it("the sampler is below 150 MB on its default base", () => {
    const { out } = docker(["image", "inspect", "--format", "{{.Size}}", imageTag("ldms-samp")]);
    assert.ok(Number(out) < 150e6, out);
  });

  it("the sampler has no storage plugin, the aggregator has", () => {
    const list = "ls /opt/ovis/lib/ovis-ldms";
    assert.deepEqual(shell("ldms-samp", list).split("\n"), SAMPLER_PLUGINS);
    assert.deepEqual(shell("ldms-agg", list).split("\n"), [...SAMPLER_PLUGINS, ...STORE_PLUGINS].sort());
  });

  for (const [image, tools] of [
    ["ldms-samp", "bash python3 ldmsd ldmsd_controller ldms_ls munge unmunge munged"],
    ["ldms-agg", "bash python3 ldmsd ldmsd_controller ldms_ls munge unmunge munged rpcbind rpcinfo dsosd sos_cmd curl ldms-dsosd"],
    ["ldms-maestro", "bash python3 ldmsd_controller ldms_ls munge unmunge munged maestro maestro_ctrl etcd etcdctl pgrep"],
    ["ldms-ui", "bash python3 uwsgi"],
  ] as const) {
    it(`${image} has what people use by hand`, () => {
      const missing = shell(image, `for tool in ${tools}; do command -v $tool >/dev/null || echo $tool; done`);
      assert.equal(missing, "");
    });
  }

  it("share the layer of packages", () => {
    const [first, ...others] = OVIS_IMAGES.map(layersOf);
    // Base, scripts, packages.
    for (const layers of others) assert.deepEqual(layers.slice(0, 3), first?.slice(0, 3));
  });

  it("names no version of Python in PYTHONPATH", () => {
    assert.equal(shell("ldms-samp", 'echo "$PYTHONPATH"'), "/opt/ovis/lib/python3/site-packages:/opt/ovis/lib/python3/dist-packages");
  });

  for (const image of OVIS_IMAGES) {
    it(`${image} says by labels what it is and what it stands on`, () => {
      const { out } = docker(["image", "inspect", "--format", "{{json .Config.Labels}}", imageTag(image)]);
      const labels = JSON.parse(out) as Readonly<Record<string, string>>;
      const told = ["title", "version", "licenses", "base.name"].map((name) => labels[`org.opencontainers.image.${name}`]);
      assert.deepEqual(told, [image, IMAGE_VERSION, "GPL-2.0-only OR BSD-3-Clause", "debian:bookworm-slim"]);
    });

    it(`${image} has a health check`, () => {
      const { out } = docker(["image", "inspect", "--format", "{{json .Config.Healthcheck.Test}}", imageTag(image)]);
      assert.equal((JSON.parse(out) as string[])[0], "CMD");
    });
  }
});

describe("images on other bases", function () {
  this.timeout(300_000);
  before(function () {
    needEngine(this);
    buildImages("ldms-samp");
  });
  after(removeAll);

  /** Runs the build's script for the munge user on a base that has been changed first. */
  function munge(change: string): string {
    const script = `set -e; userdel munge; ${change}; /usr/local/lib/ldms/add-munge-user; /usr/local/lib/ldms/check-munge-user; id munge; id taken 2>/dev/null || true; stat -c '%u:%g' /srv/file`;
    return shell("ldms-samp", `touch /srv/file; (${script}) 2>/dev/null`);
  }

  it("move whoever has 101 already, with the files", () => {
    const change = "groupadd -g 101 taken && useradd -u 101 -g 101 taken && chown 101:101 /srv/file";
    assert.equal(
      munge(change),
      "uid=101(munge) gid=101(munge) groups=101(munge)\nuid=900(taken) gid=900(taken) groups=900(taken)\n900:900",
    );
  });

  it("renumber a munge that a base has already", () => {
    const change = "groupadd -g 120 munge && useradd -u 120 -g 120 munge && chown munge:munge /srv/file";
    assert.equal(munge(change), "uid=101(munge) gid=101(munge) groups=101(munge)\n101:101");
  });

  it("take the first of the package names that the release has, and name those that it has not", () => {
    const script = "apt-get() { :; }; export -f apt-get; /usr/local/lib/ldms/install-packages 'no-such-a|no-such-b' 2>&1";
    const { code, out } = runToEnd(["--entrypoint", "bash"], "ldms-samp", "-c", script);
    assert.equal(code, 1);
    assert.match(out, /images: the base image's release has none of these packages: no-such-a\|no-such-b\n$/);
  });
});
