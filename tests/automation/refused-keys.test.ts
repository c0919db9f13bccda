import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { openSite, type Site } from "../../automation";
import { renderChain } from "../../operations/chain/render-causes";
import { renderDrift } from "../../operations/drift/render-drift";
import { foldGathered } from "../../operations/gather/fold-gathered";
import { renderLook } from "../../operations/overview/render-summary";
import { renderPreflight } from "../../operations/preflight/verdict";
import { renderScan } from "../../operations/reach/host-keys";
import { runHere } from "../../operations/service/controller";
import { fingerprintOf } from "../../plan/hosts/known-hosts";
import { withPrograms } from "../operations/fake-programs";

const CYGNUS = parse(readFileSync(join(__dirname, "../../Pulumi.cygnus.yaml"), "utf8")) as { readonly config: Record<string, unknown> };
const CONFIG = Object.fromEntries(Object.entries(CYGNUS.config).map(([key, value]) => [key.replace(/^ldms:/, ""), value]));

const OLD = "AAAAC3NzaC1lZDI1NTE5AAAAIEt5vVhrGB5U2hKqBzFYwCWeFIlvGbNbcTWFCBXjFBcs";
const NEW = "AAAAC3NzaC1lZDI1NTE5AAAAIPmzx0Ge5VEXtfs0bkEvVQAGLZkcSeHWkEHIRm/nvLVD";
/** As ssh 9.2 prints it. */
const PAGE = `echo "@@@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @@@
The fingerprint for the ED25519 key sent by the remote host is
${fingerprintOf(NEW)}.
Host key for $host has changed and you have requested strict checking.
Host key verification failed." >&2; exit 255`;
const WHO = `for word in "$@"; do case $word in root@*) host=\${word#root@} ;; esac; done`;
/** cygnus-03 and cygnus-04 were reinstalled; of the others nobody says anything. */
const CHANGED = { ssh: `${WHO}; case $host in cygnus-0[34]) ${PAGE} ;; esac; cat >/dev/null; exit 1`, docker: "exit 1" };

describe("a host that came back with another ssh host key", function () {
  this.timeout(60_000);
  let folder: string;
  let site: Site;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "ldms-refused-"));
    writeFileSync(join(folder, "known"), [1, 2, 3, 4, 5, 6, 7].map((n) => `cygnus-0${n} ssh-ed25519 ${OLD}\n`).join(""));
    site = await open(CONFIG);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function open(config: Record<string, unknown>): Promise<Site> {
    return openSite({
      ...{ stack: "cygnus", folder, backendUrl: `file://${folder}/state`, passphrase: "p", engine: "embedded" },
      config: { ...config, ssh: { user: "root", knownHosts: "known" } },
    });
  }

  const COMMAND = "`ldms hosts trust -s cygnus --replace 'cygnus-[03-04]'`";
  const REFUSED = "ssh is refused: its host key is not the pinned one";
  /** What each verb prints; the line that names the hosts and the command. */
  const VERBS: Readonly<Record<string, readonly [() => Promise<string>, string]>> = {
    status: [async () => renderLook(await site.status(), Date.now()), `cygnus-[03-04]: ${REFUSED}: ${COMMAND}`],
    drift: [async () => renderDrift(await site.drift()), `cygnus-[03-04]: unknown: ${REFUSED}: ${COMMAND}`],
    verify: [async () => renderChain(await site.verify()), `cygnus-[03-04]: ${REFUSED}\n  help: ${COMMAND}`],
    exec: [
      async () => foldGathered(await site.exec({ command: ["true"] }), { show: String }).join("\n"),
      `cygnus-[03-04]: ${REFUSED}: ${COMMAND}`,
    ],
    logs: [async () => foldGathered(await site.logs(), { show: String }).join("\n"), `cygnus-[03-04]:samp: ${REFUSED}: ${COMMAND}`],
  };
  for (const [verb, [print, line]] of Object.entries(VERBS)) {
    it(`${verb} names the hosts, folded, and the one command`, async () => {
      const text = await withPrograms(CHANGED, print);
      assert.ok(`${text}\n`.includes(`${line}\n`), text);
    });
  }

  const ONE = "`ldms hosts trust -s cygnus --replace cygnus-03`";
  it("follows no log of it, and says so", async () => {
    const ends: string[] = [];
    await withPrograms(CHANGED, () =>
      site.followLogs({ hosts: "cygnus-03", onLine: () => {}, onEnd: ({ host }, why) => ends.push(`${host}: ${why}`) }),
    );
    assert.deepEqual(ends, [`cygnus-03: ${REFUSED}: ${ONE}`]);
  });

  it("preflight shows both fingerprints, and up changes nothing", async () => {
    await withPrograms(CHANGED, async () => {
      const text = renderPreflight(await site.preflight());
      assert.ok(
        text.includes(`cygnus-03: ssh is refused: its host key is ed25519 ${fingerprintOf(NEW)}, not the pinned ed25519 ${fingerprintOf(OLD)}
  help: it was reinstalled, or another machine answers for it; where it was reinstalled: ldms hosts trust -s cygnus --replace cygnus-03`),
        text,
      );
      await assert.rejects(site.up().result, { name: "HostsNotReadyError", message: /ldms hosts trust -s cygnus --replace cygnus-04$/m });
    });
  });

  it("ldms controller says it below the page of ssh", async () => {
    const said: string[] = [];
    const { write } = process.stderr;
    process.stderr.write = ((text: string | Uint8Array) => said.push(String(text)) > 0) as typeof write;
    try {
      const code = await withPrograms(CHANGED, async () => runHere(await site.controller({ host: "cygnus-03", isTerminal: false })));
      assert.equal(code, 255);
    } finally {
      process.stderr.write = write;
    }
    assert.equal(said.at(-1), `cygnus-03: ${REFUSED}: ${ONE}\n`);
  });

  it("names the login node where that is the one", async () => {
    site = await openSite({
      ...{ stack: "cygnus", folder, backendUrl: `file://${folder}/state`, passphrase: "p", engine: "embedded" },
      config: { ...CONFIG, ssh: { user: "root", knownHosts: "known", jump: "login1" } },
    });
    const text = await withPrograms({ ...CHANGED, ssh: `host=login1; ${PAGE}` }, async () => renderLook(await site.status(), Date.now()));
    assert.ok(text.includes(`cygnus-[01-07]: ${REFUSED}: \`ldms hosts trust -s cygnus --replace login1\`\n`), text);
  });

  it("a login node of a tunnel alone is no host of the stack's", async () => {
    await withPrograms({ ssh: `host=login9; ${PAGE}` }, async () => {
      await assert.rejects(site.tunnel("grafana", { via: "login9" }), {
        message: `cygnus-07: ${REFUSED}: \`ssh-keygen -f known -R login9\`: tunnel`,
      });
    });
  });
});

describe("Site.hosts.trust with `replace`", function () {
  this.timeout(60_000);
  let folder: string;
  let site: Site;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "ldms-replace-"));
    writeFileSync(join(folder, "known"), [1, 2, 3, 4, 5, 6, 7].map((n) => `cygnus-0${n} ssh-ed25519 ${OLD}\n`).join(""));
    const config = { ...CONFIG, ssh: { user: "root", knownHosts: "known" } };
    site = await openSite({ stack: "cygnus", folder, config, backendUrl: `file://${folder}/state`, passphrase: "p", engine: "embedded" });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const known = () => readFileSync(join(folder, "known"), "utf8");
  /** 03 and 05 give another key than the known one; whoever is asked is told. */
  const scan = () => ({
    "ssh-keyscan": `for word in "$@"; do case $word in cygnus-*) echo $word >>${folder}/asked; case $word in *-03|*-05) echo "$word ssh-ed25519 ${NEW}" ;; *) echo "$word ssh-ed25519 ${OLD}" ;; esac ;; esac; done`,
  });
  const asked = () => readFileSync(join(folder, "asked"), "utf8").trim().split("\n");

  it("asks the named host alone, shows both fingerprints, asks, and leaves another one that has changed as it is", async () => {
    const told: string[] = [];
    const questions: string[][] = [];
    const confirm = async (wanted: readonly { readonly target: { readonly host: string } }[]) => {
      questions.push(wanted.map(({ target }) => target.host));
      return true;
    };
    await withPrograms(scan(), () =>
      site.hosts.trust({ replace: "cygnus-03", onScan: (scanned) => told.push(...renderScan(scanned)), confirm }),
    );
    assert.deepEqual(asked(), ["cygnus-03"]);
    assert.deepEqual(told, [`cygnus-03: CHANGED: ed25519 ${fingerprintOf(NEW)}\n  it was: ed25519 ${fingerprintOf(OLD)}`]);
    assert.deepEqual(questions, [["cygnus-03"]]);
    assert.deepEqual(
      known()
        .split("\n")
        .filter((line) => line.endsWith(NEW)),
      [`cygnus-03 ssh-ed25519 ${NEW}`],
    );
    assert.equal(
      known()
        .split("\n")
        .filter((line) => line.endsWith(OLD)).length,
      6,
    );
  });

  it("changes nothing on a no", async () => {
    const before = known();
    const [ended] = await withPrograms(scan(), () => site.hosts.trust({ replace: "cygnus-03", confirm: async () => false }));
    assert.equal(ended?.isDeclined, true);
    assert.equal(known(), before);
  });

  it("without it stops at a key that has changed, and names every such host", async () => {
    const before = known();
    await assert.rejects(
      withPrograms(scan(), () => site.hosts.trust()),
      /^Error: cygnus-\[03,05\]: the ssh host key has changed; nothing was written\n {2}help: .* ldms hosts trust -s cygnus --replace cygnus-\[03,05\]$/,
    );
    assert.equal(known(), before);
  });

  it("takes half of the stack at once, and no more, before it asks anybody", async () => {
    const before = known();
    for (const replace of ["cygnus-[01-07]", "cygnus-[01-04]"])
      await assert.rejects(
        withPrograms(scan(), () => site.hosts.trust({ replace })),
        {
          name: "BadInputError",
          message: `--replace: names ${replace.includes("07") ? 7 : 4} of the 7 hosts of cygnus: so many new keys at once may be one machine that answers for all
help: name those that were reinstalled, half of them at a time; where all of them were: move the file of \`ssh.knownHosts\` away, then \`ldms hosts trust\``,
        },
      );
    assert.equal(existsSync(join(folder, "asked")), false);
    await withPrograms(scan(), () => site.hosts.trust({ replace: "cygnus-[03-05]" }));
    assert.deepEqual(asked(), ["cygnus-03", "cygnus-04", "cygnus-05"]);
    assert.notEqual(known(), before);
  });

  it("is trusted anew, all of it, where the file was moved away", async () => {
    renameSync(join(folder, "known"), join(folder, "known.old"));
    const [ended] = await withPrograms(scan(), () => site.hosts.trust());
    assert.equal(ended?.hosts.length, 7);
  });
});
