import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findHandMade } from "../../operations/adopt/find-hand-made";
import { recordOf, writeRecords } from "../../operations/adopt/take-over";
import type { ContainerProof } from "../../plan/adopt/proof";
import { withPrograms } from "./fake-programs";

const HERE = [{ name: "cygnus-01", connection: { kind: "local" } }] as const;
const ID = "1d".repeat(32);
const CONTAINER = {
  Id: ID,
  Name: "/maestro",
  Image: "sha256:1",
  Config: { Image: "ovishpc/ldms-maestro", Cmd: null, Entrypoint: null, Env: [], Labels: {} },
  HostConfig: { NetworkMode: "host", Privileged: true },
  Mounts: [],
  State: { Status: "running", StartedAt: "2026-11-22T18:53:50Z" },
};
const IMAGE = { Id: "sha256:1", RepoTags: ["ovishpc/ldms-maestro:latest"], RepoDigests: [], Config: {} };

const PROOF: ContainerProof = {
  host: "cygnus-01",
  container: "samp",
  role: "sampler",
  id: ID,
  startedAt: "",
  state: "running",
  spec: "5e",
  isLabelled: false,
  verdict: "equal",
  differences: [],
  additions: [],
};

describe("findHandMade", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ldms-found-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Docker with the one container, into which these files of the folder are bound, by their paths there. */
  function docker(binds: Readonly<Record<string, string>>): string {
    const lines = Object.entries(binds).map(([path, name]) => `/maestro ovishpc/ldms-maestro ${path} ${join(folder, name)}`);
    return `case "$*" in
ps*) echo ${ID} ;;
"image inspect"*) echo 'image ${JSON.stringify(IMAGE)}' ;;
*.Mounts*.Type*) printf '%s\\n' ${lines.map((line) => `'${line}'`).join(" ")} ;;
*'{{.Image}}'*) echo sha256:1 ;;
inspect*) echo 'container ${JSON.stringify(CONTAINER)}' ;;
esac`;
  }

  it("reads a container, its image, and the files that say what it does; not one with a word of ovis in it", async () => {
    writeFileSync(join(folder, "cfg.yaml"), "daemons: []\n");
    writeFileSync(join(folder, "auth.conf"), "secretword=hunter2\n");
    writeFileSync(join(folder, "munge.key"), "k");
    const binds = { "/etc/ldms_cfg.yaml": "cfg.yaml", "/etc/ldmsauth.conf": "auth.conf", "/etc/munge/munge.key": "munge.key" };
    const [found, ...more] = await withPrograms({ docker: docker(binds) }, () => findHandMade("cygnus", HERE));
    assert.deepEqual(more, []);
    assert.deepEqual([found?.role, found?.name, found?.id, found?.state], ["maestro", "maestro", ID, "running"]);
    assert.deepEqual(found?.files, [
      { container: "maestro", path: "/etc/ldms_cfg.yaml", source: join(folder, "cfg.yaml"), text: "daemons: []\n" },
    ]);
  });

  it("begins nothing where a host does not answer", async () => {
    const mute = withPrograms({ docker: "echo 'Cannot connect to the Docker daemon' >&2; exit 1" }, () => findHandMade("cygnus", HERE));
    await assert.rejects(mute, {
      name: "BadInputError",
      message: `adopt: hosts that do not answer
cygnus-01: Cannot connect to the Docker daemon
help: leave them out of --hosts, or mend the way to them`,
    });
  });
});

describe("what a host keeps of a container", () => {
  const differing: ContainerProof = { ...PROOF, verdict: "differs" };

  it("is its hash, and of one that differs that it is held, until it is known as another one", () => {
    assert.deepEqual(
      [recordOf(PROOF, false), recordOf(PROOF, true), recordOf(differing, false), recordOf(differing, true)].map(({ spec }) => spec),
      ["5e", "5e", "held", "as-found"],
    );
  });

  /** The records that the script is handed. */
  async function written(containers: readonly ContainerProof[], isDone: boolean): Promise<string> {
    return withPrograms({ sh: `cat >"\${0%/*}/script"` }, async (folder) => {
      await writeRecords("cygnus", HERE, containers, isDone);
      try {
        return /^records='?([^']*)'?$/m.exec(readFileSync(join(folder, "script"), "utf8"))![1]!;
      } catch {
        return "nothing";
      }
    });
  }

  it("is not written for one with the stack's label, which is only held where it differs", async () => {
    const labelled = { ...PROOF, isLabelled: true };
    assert.equal(await written([PROOF], true), `${ID} 5e samp\n`);
    assert.equal(await written([labelled], false), "nothing");
    assert.equal(await written([{ ...labelled, verdict: "differs" }], false), `${ID} held samp\n`);
    assert.equal(await written([{ ...labelled, verdict: "differs" }], true), "");
  });
});
