import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { renderDelivery } from "../../plan/delivery/deliver-files";
import { examplePlan } from "./example-stack";

const FACTS = { secrets: { mungeKey: { lengthBytes: 64, isUniform: false, fingerprint: "0a" } }, ownFiles: {} };
const FILES = examplePlan({ munge: { mode: "key" } }, FACTS).hosts[0]!.files.filter(({ path }) => path.includes("/munge."));

describe("the delivery of a munge key", () => {
  let folder = "";
  const keyPath = () => join(folder, "cygnus/samp/munge.key");
  const log = () => (existsSync(join(folder, "log")) ? readFileSync(join(folder, "log"), "utf8") : "");

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ldms-rekey-"));
    mkdirSync(join(folder, "bin"));
    program("chown", "exit 0");
    program(
      "docker",
      'case "$*" in inspect*) echo "true cygnus 1d" ;; exec*) printf "%s\\n" "$6 $(cat)" >>$FOLDER/log; ! grep -q refused $FOLDER/log ;; esac',
    );
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function program(name: string, body: string): void {
    const path = join(folder, "bin", name);
    writeFileSync(path, `#!/bin/sh\n${body}\n`);
    chmodSync(path, 0o755);
  }

  /** Runs the script with the stack's folder below a temporary one, and with the programs above. */
  function deliver(key: string): { readonly status: number | null; readonly stderr: string } {
    const script = renderDelivery("cygnus", FILES).replaceAll("/var/lib/ldms", folder);
    const input = [key, "id\n"].map((text) => `${Buffer.from(text).toString("base64")}\n`).join("");
    const env = { PATH: `${join(folder, "bin")}:${process.env["PATH"]}`, FOLDER: folder };
    return spawnSync("sh", ["-c", script], { input, env, encoding: "utf8" });
  }

  it("hands a changed key to the running container, and an unchanged one to nobody", () => {
    assert.deepEqual([deliver("one").status, deliver("one").status, deliver("two").status], [0, 0, 0]);
    assert.equal(log(), "samp one\nsamp two\n");
    assert.equal(readFileSync(keyPath(), "utf8"), "two");
  });

  it("leaves a container alone that does not run, or is another stack's", () => {
    for (const answer of ["echo 'false cygnus'", "echo 'true other'", "exit 1"]) {
      program("docker", `case "$*" in inspect*) ${answer} ;; *) echo called >>$FOLDER/log ;; esac`);
      assert.equal(deliver(answer).status, 0);
    }
    assert.equal(log(), "");
  });

  it("hands it to a container that the stack took over as it ran, and to no other without a label", () => {
    program("docker", `case "$*" in inspect*) echo "true  1d" ;; exec*) echo called >>$FOLDER/log ;; esac`);
    deliver("one");
    assert.equal(log(), "");
    writeFileSync(join(folder, "cygnus@owned"), "1d 5e samp\n");
    deliver("two");
    assert.equal(log(), "called\n");
  });

  it("keeps the old key where the container refuses the new one, and gives the old one back", () => {
    deliver("one");
    program(
      "docker",
      'case "$*" in inspect*) echo "true cygnus 1d" ;; exec*) key=$(cat); echo "$key" >>$FOLDER/log; [ "$key" = one ] ;; esac',
    );
    const { status, stderr } = deliver("two");
    assert.equal(status, 1);
    assert.equal(stderr, "samp: its munged does not take the new key\n");
    assert.equal(readFileSync(keyPath(), "utf8"), "one");
    assert.equal(log(), "samp one\ntwo\none\n");
    assert.ok(!existsSync(`${keyPath()}.new`));
  });

  it("hands it again where a delivery was cut off before the file was renamed", () => {
    deliver("one");
    program("mv", "exit 1");
    assert.equal(deliver("two").status, 1);
    rmSync(join(folder, "bin/mv"));
    assert.equal(deliver("two").status, 0);
    assert.equal(log(), "samp one\nsamp two\nsamp two\n");
  });

  it("is in the script of no stack that delivers no key", () => {
    assert.doesNotMatch(renderDelivery("cygnus", examplePlan().hosts[6]!.files), /munge|docker/);
  });

  it("is a script that dash reads", () => {
    execFileSync("dash", ["-n"], { input: renderDelivery("cygnus", FILES) });
  });
});
