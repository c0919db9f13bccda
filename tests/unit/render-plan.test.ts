import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import { renderPlan } from "../../plan/render/render-plan";
import { examplePlan, NO_FACTS, textOf, type Values } from "./example-stack";

const KEY = { secrets: { mungeKey: { lengthBytes: 1024, isUniform: false, fingerprint: "f00d" } }, ownFiles: {} };
const runs = (plan: DeploymentPlan) =>
  renderPlan(plan)
    .split("\n")
    .filter((line) => line.includes("docker run"));
const samplers = (changes: Values) => runs(examplePlan(changes)).filter((line) => line.includes("--name samp "));

/** Three numbers in each name, so that the folded list has three brackets. */
const DEEP = ["r1c1n1", "r1c1n2", "r1c2n1", "r1c2n2", "r2c1n1", "r2c1n2", "r2c2n1", "r2c2n2"];

describe("renderPlan", () => {
  it("is a script that sh accepts", () => {
    for (const stack of ["cygnus", "lab"]) {
      execFileSync("sh", ["-n"], { input: renderPlan(examplePlan({}, NO_FACTS, stack)) });
    }
  });

  it("counts one host as one", () => {
    const plan = examplePlan({});
    const hosts = plan.hosts.slice(0, 1).map((host) => ({ ...host, containers: host.containers.slice(0, 1) }));
    assert.equal(renderPlan({ ...plan, hosts }).split("\n")[0], "# Stack cygnus: 1 container on 1 host, cygnus-01");
  });

  it("prints an id that is not the number of its host's name on a line of its own", () => {
    const lines = samplers({ componentIds: { "cygnus-03": 30 } });
    assert.equal(lines.length, 2);
    assert.match(lines[0]!, /^pdsh -S -l root -w 'cygnus-\[01-02,04\]' 'host=\$\(uname -n\); id=/);
    assert.match(lines[1]!, /^pdsh -S -l root -w cygnus-03 'docker run .* --env COMPID=30 --env COMPONENT_ID=30 --env HOSTNAME=cygnus-03 /);
  });

  it("pulls and runs the images of a host's own mirror", () => {
    const mirrors = [{ hosts: "cygnus-02", registry: "rack1:5000" }];
    const lines = renderPlan(examplePlan({ images: { mirrors } })).split("\n");
    assert.deepEqual(
      lines.filter((line) => /docker pull .*ldms-samp/.test(line)),
      [
        "pdsh -S -l root -w 'cygnus-[01,03-04]' 'docker pull ovishpc/ldms-samp:4.5.3'",
        "pdsh -S -l root -w cygnus-02 'docker pull rack1:5000/ovishpc/ldms-samp:4.5.3'",
      ],
    );
    const [others, mirrored] = samplers({ images: { mirrors } });
    assert.match(others!, /^pdsh -S -l root -w 'cygnus-\[01,03-04\]' .* ovishpc\/ldms-samp:4\.5\.3 /);
    assert.match(mirrored!, /^pdsh -S -l root -w cygnus-02 .* rack1:5000\/ovishpc\/ldms-samp:4\.5\.3 /);
  });

  it("takes an argument that looks like its own placeholder for what it is", () => {
    const [line] = samplers({
      samplers: [{ hosts: "cygnus-[01-02]", options: ["-n", "{number}"], plugins: [{ name: "meminfo", interval: "1s" }] }],
    });
    assert.match(line!, / -n "\{number\}"'$/);
  });

  it("names hosts one by one where pdsh could not read the folded list", () => {
    const plan = examplePlan({
      hosts: DEEP.join(),
      componentIds: Object.fromEntries(DEEP.map((host, index) => [host, index + 1])),
      samplers: [{ hosts: DEEP.join(), plugins: [{ name: "meminfo", interval: "1s" }] }],
      aggregators: [],
      maestro: undefined,
      ui: undefined,
      grafana: undefined,
    });
    const [pull] = /^pdsh .*docker pull.*$/m.exec(renderPlan(plan))!;
    assert.equal(pull, `pdsh -S -l root -w ${DEEP.join()} 'docker pull ovishpc/ldms-samp:4.5.3'`);
  });

  it("logs in as each host's own user and runs on the machine at hand without ssh", () => {
    const ssh = {
      user: "ops",
      overrides: [
        { hosts: "cygnus-02", user: "root" },
        { hosts: "cygnus-07", local: true },
      ],
    };
    const pulls = renderPlan(examplePlan({ ssh })).match(/^.*docker pull ovishpc\/ldms-(samp|ui).*$/gm);
    assert.deepEqual(pulls, [
      "pdsh -S -l ops -w 'cygnus-[01,03-04]' 'docker pull ovishpc/ldms-samp:4.5.3'",
      "pdsh -S -l root -w cygnus-02 'docker pull ovishpc/ldms-samp:4.5.3'",
      "docker pull ovishpc/ldms-ui:4.5.3",
    ]);
  });

  it("makes an ssh config where hosts are dialled otherwise than by their names", () => {
    assert.doesNotMatch(renderPlan(examplePlan()), /ssh_config/);
    assert.match(renderPlan(examplePlan({}, NO_FACTS, "lab")), /^cat >ssh_config <<'EOF'\nHost cygnus-01\n {2}HostName 198\.18\.0\.11\n/m);
  });

  it("builds and pushes the images of a stack that builds", () => {
    const lines = renderPlan(examplePlan({}, NO_FACTS, "lab")).match(/^docker .*ldms-samp.*$/gm);
    assert.deepEqual(lines, [
      "docker build --platform linux/amd64 --tag 198.18.0.5:5000/ovishpc/ldms-samp:standin --build-arg BASE_IMAGE=debian:bookworm-slim --build-arg IMAGE_VERSION=standin .ldms/contexts/lab/ldms-samp",
      "docker push 198.18.0.5:5000/ovishpc/ldms-samp:standin",
    ]);
  });

  it("reads a secret where the line is run and shows where it goes only", () => {
    const text = renderPlan(examplePlan({ munge: { mode: "key" } }, KEY));
    const loop = /^for to in .*\nldms config get mungeKey --show-secret --stack cygnus \| base64 -d \| \$to '.*'\ndone$/m.exec(text);
    assert.match(loop![0], /^for to in 'ssh root@cygnus-01' 'ssh root@cygnus-02' /);
    assert.match(loop![0], /chmod 0600 \$f\.new && chown 101:101 \$f\.new && mv -f \$f\.new \$f'/);
  });

  it("delivers each file whole and with its mode: its lines, run by sh", function () {
    if (process.getuid?.() !== 0) this.skip();
    const root = mkdtempSync(join(tmpdir(), "ldms-render-"));
    const plan = examplePlan();
    const files = /# 3\. files\n([\s\S]*?)\n\n# 4\. /.exec(renderPlan(plan))![1]!;
    const stub = `ssh() { sh -c "$2"; }\n`;
    execFileSync("sh", ["-e", "-c", stub + files.replaceAll("/var/lib/ldms/", `${root}/`)]);

    for (const name of ["maestro/ldms_cfg.yaml", "ui/settings.py", "ui/dsosd.conf", "dsosd/dsosd.json", "grafana/datasources.yaml"]) {
      assert.equal(readFileSync(join(root, "cygnus", name), "utf8"), textOf(plan, `/var/lib/ldms/cygnus/${name}`));
      assert.equal(statSync(join(root, "cygnus", name)).mode & 0o777, 0o644);
    }
    const key = join(root, "cygnus/ui/secret_key");
    assert.equal(Buffer.from(readFileSync(key, "utf8"), "base64").length, 50);
    assert.equal(statSync(key).mode & 0o777, 0o600);
    rmSync(root, { recursive: true });
  });

  it("ends no document at a line of its own text", () => {
    const own = 'ALLOWED_HOSTS = ["*"]\nDSOS_CONF = "/opt/ovis/etc/dsosd.conf"\nDSOS_ROOT = "/store/"\nTEXT = """\nEOF\n"""\n';
    const plan = examplePlan({ ui: { host: "cygnus-07", settingsFile: "own" } }, { secrets: {}, ownFiles: { own } });
    assert.match(renderPlan(plan), /<<'EOF_'\nALLOWED_HOSTS = [\s\S]*\nEOF\n"""\nEOF_\n/);
  });
});
