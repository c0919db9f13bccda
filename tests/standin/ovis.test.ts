import assert from "node:assert/strict";
import * as fs from "node:fs";
import { onBoth } from "./both";
import { type Daemon, freePort, lastLog, waitFor } from "./daemons";

const MEMINFO = ["load name=meminfo", "config name=meminfo producer=n1 instance=n1/meminfo", "start name=meminfo interval=1s offset=0"];
const FAILED = (path: string) => `    ERROR: auth.ovis: Failed to read the secret word from ${path}.\n`;

onBoth("the authentication ovis", (daemons) => {
  const path = (name: string) => `${daemons().folder}/${name}`;
  const ovis = (name: string) => ["-a", "ovis", "-A", `conf=${path(name)}`];

  before(() => {
    const files: readonly (readonly [string, string, number])[] = [
      ["good", "# of the site\nsecretword=good-word # and more\n", 0o600],
      ["same", "secretword=good-word\n", 0o400],
      ["other", "secretword=other-word\n", 0o600],
      ["open", "secretword=good-word\n", 0o640],
      ["bare", "good-word\n", 0o600],
      ["short", "secretword=1234567\n", 0o600],
      ["empty", "secretword=\n", 0o600],
    ];
    for (const [name, text, mode] of files) fs.writeFileSync(path(name), text, { mode });
  });

  let files = 0;
  // Each its own file: a daemon reads it in its own time.
  const start = (args: readonly string[], ...lines: readonly string[]) =>
    daemons().start([...args, "-c", daemons().write(`${++files}.conf`, ...lines)]);
  const pulling = ({ port }: Daemon, ...auth: readonly string[]) => [
    ...auth,
    `prdcr_add name=n1 xprt=sock host=localhost port=${port} type=active reconnect=1s${auth.length > 0 ? " auth=ov" : ""}`,
    "prdcr_start name=n1",
    "updtr_add name=u interval=1s",
    "updtr_prdcr_add name=u regex=.*",
    "updtr_start name=u",
  ];

  it("serves who has the word, and nobody else", async () => {
    const samp = await start(ovis("good"), ...MEMINFO);
    await waitFor("the set", 10, () => daemons().list(samp, ...ovis("same")).out === "n1/meminfo\n");
    assert.deepEqual(daemons().list(samp, ...ovis("other")), { code: 1, out: "Connection failed/rejected.\n" });
    assert.deepEqual(daemons().list(samp), { code: 1, out: "Connection failed/rejected.\n" });
    assert.equal(samp.log(), "");
    const asked = (name: string) =>
      daemons().run("ldmsd_controller", ["-x", "sock", "-h", "localhost", "-p", `${samp.port}`, ...ovis(name)], "version\n").out;
    assert.match(asked("good"), /^LDMSD Version: 4/);
    assert.ok(asked("other").startsWith("[Errno 111] Connect error: ECONNREFUSED(111): connecting to localhost on port"), asked("other"));
  });

  it("is a domain of a producer beside the daemon's own authentication", async () => {
    const samp = await start(ovis("good"), ...MEMINFO);
    const agg = await start([], ...pulling(samp, `auth_add name=ov plugin=ovis conf=${path("same")}`));
    await waitFor("the set", 10, () => daemons().list(agg).out === "n1/meminfo\n");
    assert.match(daemons().control(agg, "prdcr_status"), /^n1 .* ov .* CONNECTED +active/m);
  });

  it("rejects a producer of another word, and the sampler says nothing", async () => {
    const samp = await start(ovis("good"), ...MEMINFO);
    const agg = await start([], ...pulling(samp, `auth_add name=ov plugin=ovis conf=${path("other")}`));
    const rejection = `ERROR: producer: Producer n1 rejected the connection (sock localhost:${samp.port})\n`;
    await waitFor("the rejection", 10, () => agg.log().includes(rejection));
    assert.ok(!agg.log().includes("auth.ovis"), agg.log());
    assert.equal(samp.log(), "");
  });

  it("of a domain is not looked at before it is used", async () => {
    const samp = await start(ovis("good"), ...MEMINFO);
    const agg = await start([], ...pulling(samp, `auth_add name=ov plugin=ovis conf=${path("nowhere")}`));
    await waitFor("the words of the log", 10, () => agg.log().includes(FAILED(path("nowhere"))));
    assert.ok(agg.log().includes(`ERROR: auth.ovis: No such file or directory while trying to stat ${path("nowhere")}\n`), agg.log());
  });

  it("listens at one port beside nobody's question at another", async () => {
    const port = await freePort();
    const samp = await start([], ...MEMINFO, `auth_add name=ov plugin=ovis conf=${path("good")}`, `listen xprt=sock port=${port} auth=ov`);
    const further = { ...samp, port };
    await waitFor("the set", 10, () => daemons().list(further, ...ovis("same")).out === "n1/meminfo\n");
    assert.equal(daemons().list(samp).out, "n1/meminfo\n");
    assert.deepEqual(daemons().list(further), { code: 1, out: "Connection failed/rejected.\n" });
  });

  const TOO_OPEN = [
    "@".repeat(50),
    "@     WARNING: UNPROTECTED SECRET WORD FILE!     @",
    "Permissions 0040 for 'PATH' are too open.",
    "Your secret word file must NOT accessible by others.",
    "@".repeat(50),
  ];
  const REFUSED: readonly (readonly [string, number, readonly string[]])[] = [
    ["open", 22, TOO_OPEN],
    ["bare", 2, []],
    ["short", 22, ["the secret word must be at least 8 characters and at most 512 characters."]],
    ["empty", 22, ["the secret word is an empty string."]],
    ["nowhere", 2, ["No such file or directory while trying to stat PATH"]],
  ];
  for (const [name, code, words] of REFUSED) {
    it(`ends the daemon where its file is ${name}`, async () => {
      const said = words.map((line) => `    ERROR: auth.ovis: ${line.replace("PATH", path(name))}\n`).join("") + FAILED(path(name));
      const log = await lastLog(() => daemons().start(ovis(name)), 7, "ERROR: ldmsd");
      assert.ok(log.startsWith(said), log);
      assert.match(
        log,
        new RegExp(`ERROR: ldmsd: Error ${code} Listening on sock:\\d+ using \`sock\` transport and \`ovis\` authentication\n`),
      );
    });
  }
});
