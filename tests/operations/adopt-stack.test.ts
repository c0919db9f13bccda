import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSite } from "../../automation";
import { locateStack } from "../../automation/locate-stack";
import type { SiteRun } from "../../automation/site-run";
import { adoptStack } from "../../automation/verbs/adopt-stack";
import { withPrograms } from "./fake-programs";

const ID = "1d".repeat(32);
const CONTAINER = {
  Id: ID,
  Name: "/samp",
  Image: "sha256:1",
  Config: { Image: "ovishpc/ldms-samp", Cmd: ["-x", "sock:412"], Entrypoint: null, Env: [], Labels: {} },
  HostConfig: { NetworkMode: "host", Privileged: true },
  Mounts: [],
  State: { Status: "running", StartedAt: "2026-11-22T18:53:50Z" },
};
const CONFIG = {
  xprt: "sock",
  hosts: "cygnus-01",
  ssh: { local: true },
  munge: { mode: "none" },
  images: { namespace: "ovishpc", tag: "4.5.3" },
  samplers: [{ hosts: "cygnus-01", plugins: [{ name: "meminfo", interval: "1s" }] }],
};

describe("adoptStack", function () {
  this.timeout(60_000);
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ldms-adopt-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("holds no container any longer once its run has failed", async () => {
    const projectFolder = join(folder, "work");
    mkdirSync(join(folder, "state"));
    const backendUrl = `file://${folder}/state`;
    await openSite({ stack: "cygnus", folder: projectFolder, config: CONFIG, backendUrl, passphrase: "p", engine: "embedded" });
    const location = await locateStack({ projectFolder, stack: "cygnus", backendUrl, passphrase: "p" });
    const failing = { result: Promise.reject(new Error("the run failed")) } as unknown as SiteRun;
    failing.result.catch(() => undefined);
    const docker = `case "$*" in
ps*) echo ${ID} ;;
"image inspect"*) echo 'image {"Id":"sha256:1","RepoTags":["ovishpc/ldms-samp:latest"],"RepoDigests":[],"Config":{}}' ;;
*.Mounts*.Type*) ;;
*'{{.Image}}'*) echo sha256:1 ;;
inspect*) echo 'container ${JSON.stringify(CONTAINER)}' ;;
esac`;
    // A script that writes records is kept, and not run.
    const sh = `cat >"${folder}/script"
if grep -q '^records=' "${folder}/script"; then grep -h '^records=' "${folder}/script" >>"${folder}/records"; else /bin/sh "${folder}/script"; fi`;
    await withPrograms({ docker, sh }, () =>
      assert.rejects(adoptStack({ location, start: () => failing }, "embedded"), { message: "the run failed" }),
    );
    assert.ok(existsSync(join(folder, "records")));
    assert.deepEqual(
      readFileSync(join(folder, "records"), "utf8")
        .trim()
        .split("\n")
        .map((line) => line.replace(/^records='/, "")),
      [`${ID} held samp`, `${ID} as-found samp`],
    );
  });
});
