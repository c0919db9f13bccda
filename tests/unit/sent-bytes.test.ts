import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { renderDeliveryInput } from "../../plan/delivery/deliver-files";
import { renderDelivery } from "../../plan/fan-out/deliveries";
import { renderBatch, renderSweep } from "../../plan/fan-out/head-script";
import type { ArchivedImage } from "../../plan/images/send-image";
import { examplePlan, type Values } from "./example-stack";

const LIGHT = join(__dirname, "../../bench/light");
const REFERENCES = new Map([["ldms-samp", `reg.site:5000/ovishpc/ldms-samp@sha256:${"1".repeat(64)}`]] as const);
/** The head is this machine, and so is its one host: what `timeout` gets on stdin is what goes to a host. */
const ONE_HOST = {
  ...{ method: "fan-out", hosts: "cygnus-01", ssh: { local: true }, munge: { mode: "none" } },
  samplers: [{ hosts: "cygnus-01", container: "samp", plugins: [{ name: "meminfo", interval: "1s" }] }],
  ...{ aggregators: [], maestro: undefined, ui: undefined, grafana: undefined },
};

/** A head, and a host with a stand-in of docker; every text that goes to the host is kept. */
class OneHead {
  readonly folder = mkdtempSync(join(tmpdir(), "ldms-sent-"));

  constructor() {
    mkdirSync(join(this.folder, "bin"));
    for (const name of ["run-seconds", "pull-seconds"]) writeFileSync(join(this.folder, name), "0\n");
    const next = `n=$(ls ${this.folder} | grep -c ^sent); cat >${this.folder}/sent$n; shift 3`;
    this.program("timeout", `${next}; exec "$@" <${this.folder}/sent$n`);
    this.program("chown", "exit 0");
    this.program("find", `/usr/bin/find "$@" | sed 's/[0-9]*:[0-9]*$/0:0/'`);
  }

  program(name: string, body: string): void {
    writeFileSync(join(this.folder, "bin", name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(this.folder, "bin", name), 0o755);
  }

  /** @returns what went to the host, each time that it was dialled, with all that came from the files blanked out */
  run(script: string, input: string): readonly string[] {
    const env = {
      PATH: [join(this.folder, "bin"), LIGHT, "/usr/bin:/bin"].join(":"),
      ...{ HOME: this.folder, LIGHT_STATE: this.folder, SSH_CONNECTION: "here 1 198.19.0.1 22" },
    };
    const { stderr, status } = spawnSync("sh", ["-c", script.replaceAll("/var/lib/ldms", `${this.folder}/ldms`)], {
      input,
      encoding: "utf8",
      env,
    });
    assert.deepEqual([stderr, status], ["", 0]);
    const names = readdirSync(this.folder).filter((name) => name.startsWith("sent"));
    const sent = names.sort().map((name) => readFileSync(join(this.folder, name), "utf8"));
    for (const name of names) rmSync(join(this.folder, name));
    return sent;
  }

  /** How many bytes of files went to the host, each time that it was dialled by a sweep, and then by a batch. */
  bytesOfFiles(changes: Values = {}): { readonly sweep: readonly number[]; readonly batch: readonly number[]; readonly content: number } {
    const plan = examplePlan({ ...ONE_HOST, ...changes });
    const scope = { stack: plan.stack, fanOut: plan.fanOut!, images: plan.images };
    const group = plan.fanOut!.groups[0]!;
    const content = renderDeliveryInput(group.files, () => "");
    const count = (sent: readonly string[]) => sent.map((text) => (text.includes(content) ? content.length : countLines(text, content)));
    const sweep = count(this.run(renderSweep(scope, REFERENCES, { isKeeping: true }), ""));
    const batch = count(this.run(renderBatch(scope, group, group.batches[0]!, REFERENCES, "1"), content));
    return { sweep, batch, content: content.length };
  }

  get hasContainer(): boolean {
    return existsSync(join(this.folder, "198.19.0.1/samp"));
  }
}

/** Of content that did not go as a whole. */
function countLines(text: string, content: string): number {
  return content
    .trimEnd()
    .split("\n")
    .filter((line) => text.includes(line))
    .reduce((sum, line) => sum + line.length, 0);
}

describe("what goes to a host of files", () => {
  let head: OneHead;
  beforeEach(() => {
    head = new OneHead();
  });
  afterEach(() => rmSync(head.folder, { recursive: true }));

  it("is all of them once, and nothing for a look, nor for who has them", () => {
    const first = head.bytesOfFiles();
    assert.ok(first.content > 1000);
    assert.deepEqual([first.sweep, first.batch], [[0], [first.content]]);
    assert.ok(head.hasContainer);
    const second = head.bytesOfFiles();
    assert.deepEqual([second.sweep, second.batch], [[0], []]);
  });

  it("is nothing of a pass that pulls ahead", () => {
    const { sweep, batch, content } = head.bytesOfFiles({ fanOut: { pulls: { limit: 1 } } });
    assert.deepEqual([sweep, batch], [[0], [0, content]]);
  });
});

describe("what goes to a machine of an image that comes in a file", () => {
  const SIZE = 5_000;
  const ID = `sha256:${"2".repeat(64)}`;
  let head: OneHead;
  beforeEach(() => {
    head = new OneHead();
    rmSync(join(head.folder, "bin/find"));
    // An engine that has the image when it has loaded it.
    const loaded = join(head.folder, "loaded");
    head.program("docker", `case $1 in version) echo amd64 ;; load) : >${loaded} ;; image) [ -e ${loaded} ] ;; esac`);
  });
  afterEach(() => rmSync(head.folder, { recursive: true }));

  for (const keeps of ["image", "file"] as const)
    it(`is the file once, and nothing where the ${keeps} is there`, () => {
      const path = join(head.folder, "ldms-samp.tar");
      const bytes = Buffer.alloc(SIZE, "x");
      writeFileSync(path, bytes);
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      const archive = { path, sizeBytes: SIZE, sha256, id: ID, platform: "linux/amd64" };
      const image: ArchivedImage = { name: "ldms-samp", reference: "reg/ldms-samp:1", archive };
      const target = { name: "this machine", connection: { kind: "local" as const } };
      const script = renderDelivery("dev", { owner: "fan-out", target, images: [image], keeps }, image, "token", 60);
      const bytesOf = () => head.run(script, "").map((text) => text.length);
      // The first dial asks.
      assert.deepEqual(bytesOf(), [0, SIZE]);
      assert.deepEqual(bytesOf(), [0]);
    });
});
