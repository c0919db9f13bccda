import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { preflight } from "../../operations/preflight/preflight";
import { decideVerdict, renderPreflight } from "../../operations/preflight/verdict";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import { changeContainers } from "../unit/change-containers";
import { withPrograms } from "./fake-programs";
import { sketchPlan } from "./lab-plan";

/** Two hosts that are this machine, whose samplers pull from a registry. */
const sketch = sketchPlan(["n1", "n2"].map((name) => ({ name, isLocal: true, containers: [["samp", "sampler"]] as const })));
const plan: DeploymentPlan = {
  ...sketch,
  hosts: changeContainers(sketch, (container) => ({ ...container, mounts: [] })).hosts.map((host) => ({ ...host, ports: [] })),
  images: [{ name: "ldms-samp", reference: "ovishpc/ldms-samp:none" }],
};

/** Notes each question to a registry in the file `asked` beside it. */
const engine = (imageInspect: number, answer: string) => `case "$1 $2" in
'version --format') echo 26.1.5 ;;
'image inspect') exit ${imageInspect} ;;
'system dial-stdio') read -r verb path version; echo "$path" >>"\${0%/*}/asked"; printf 'HTTP/1.0 ${answer}\\r\\n\\r\\n' ;;
esac`;

describe("preflight", () => {
  const look = (docker: string) =>
    withPrograms({ docker }, async (folder) => {
      const report = await preflight(plan);
      return { report, asked: readLines(`${folder}/asked`) };
    });

  it("stops at an image that its registry does not have, asked for once, in one folded line with the remedies", async () => {
    const { report, asked } = await look(engine(1, '404 Not Found\\r\\n\\r\\n{"message":"manifest unknown"}'));
    assert.deepEqual(asked, ["/distribution/ovishpc/ldms-samp:none/json"]);
    assert.equal(
      renderPreflight(report),
      [
        "n[1-2]: image `ovishpc/ldms-samp:none` is not in registry `docker.io`",
        "  help: build it with `images: { source: build }`, send it with `source: archive`, or name one that is there by `images.references.ldms-samp`",
      ].join("\n"),
    );
    assert.deepEqual(decideVerdict(report, plan), { decision: "stop", reasons: ["n[1-2]: not ready"] });
  });

  it("goes on where the registry has it", async () => {
    const { report, asked } = await look(engine(1, "200 OK"));
    assert.deepEqual([asked.length, decideVerdict(report, plan).decision], [1, "go"]);
  });

  it("asks no registry for what the engines have", async () => {
    const { report, asked } = await look(engine(0, "404 Not Found"));
    assert.deepEqual([asked, renderPreflight(report)], [[], "2 hosts are ready: Docker 26.1.5"]);
  });
});

describe("preflight of a login that becomes root by sudo", () => {
  const SAID = ["sudo: a password is required", "admin is not in the sudoers file.", "sh: 1: sudo: not found"];
  for (const said of SAID) {
    it(`folds what sudo says where it does not: ${said}`, async () => {
      const remote = sketchPlan(["n1", "n2"].map((name) => ({ name, user: "admin", containers: [["samp", "sampler"]] as const })));
      const hosts = remote.hosts.map((host) => ({ ...host, connection: { ...host.connection, become: "sudo" as const } }));
      const report = await withPrograms({ ssh: `echo "${said}" >&2; exit 1` }, () => preflight({ ...remote, hosts }));
      assert.equal(
        renderPreflight(report),
        [
          `n[1-2]: user \`admin\` may not become root by sudo without a password: ${said}`,
          "  help: there, in /etc/sudoers.d/ldms: `admin ALL=(root) NOPASSWD: ALL`; or log in as root",
        ].join("\n"),
      );
    });
  }
});

function readLines(path: string): readonly string[] {
  return existsSync(path) ? readFileSync(path, "utf8").trim().split("\n") : [];
}
