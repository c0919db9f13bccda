import assert from "node:assert/strict";
import { onBoth, recorded } from "./both";
import type { Daemons } from "./daemons";
import { freePort, lastLog, settle, waitFor } from "./daemons";

interface Recorded {
  /** Absent where the daemon lived on. */
  readonly code?: number;
  readonly lines: readonly string[];
}

/** `### NAME: EXIT rc=22: ldmsd -x sock:20902 -c p.conf`, or `alive after 1.5 s`, and the log below it. */
function recordedStart(name: string): Recorded {
  const part = recorded("startup_errors")
    .split(/^### /m)
    .find((text) => text.startsWith(`${name}:`));
  assert.ok(part, name);
  const [title = "", ...lines] = part.trimEnd().split("\n");
  const code = /EXIT rc=(\d+)/.exec(title)?.[1];
  return { lines: lines.filter((line) => line !== ""), ...(code !== undefined && { code: Number(code) }) };
}

const MEMINFO = ["load name=meminfo", "config name=meminfo producer=p instance=p/meminfo"];
const STORE = ["load name=store_csv", "config name=store_csv path=/tmp"];
const PRODUCER = "prdcr_add name=a xprt=sock host=localhost port=1 type=active";

/** By the name of their recording: lines of the file, or, with none, the arguments. */
const CASES: readonly (readonly [string, readonly string[], (readonly string[])?])[] = [
  ["no_conf", [], ["-c", "/nonexist.conf"]],
  ["bad_auth", [], ["-a", "nosuch"]],
  ["missing_plugin", ["load name=nosuch"]],
  ["config_no_instance", ["load name=meminfo", "config name=meminfo producer=p"]],
  ["start_no_config", ["load name=meminfo", "start name=meminfo interval=1s"]],
  ["load_twice", ["load name=meminfo", "load name=meminfo"]],
  ["prdcr_no_reconnect", [PRODUCER]],
  ["prdcr_dup", [`${PRODUCER} reconnect=1s`, `${PRODUCER} reconnect=1s`]],
  ["offset_gt_interval", ["updtr_add name=u interval=1s offset=600ms"]],
  ["strgp_no_schema", [...STORE, "strgp_add name=s plugin=store_csv container=c"]],
  ["strgp_no_container", [...STORE, "strgp_add name=s plugin=store_csv schema=meminfo"]],
  ["csv_no_path", ["load name=store_csv", "config name=store_csv nonsense=1"]],
  ["undefined_env", ["load name=meminfo", `config name=meminfo producer=\${NOBODY} instance=\${NOBODY}/meminfo component_id=\${NOBODY}`]],
  ["compid_text", ["load name=meminfo", "config name=meminfo producer=p instance=p/meminfo component_id=abc"]],
  ["rename_jobid", ["load name=j2 plugin=jobid"]],
  ["single_twice", ["load name=vmstat", "load name=vm2 plugin=vmstat"]],
  ["perm_text", ["load name=meminfo", "config name=meminfo producer=p instance=p/meminfo perm=rw-r--r--"]],
];

/** The log as in the recording, whose ports, folders and files were others. */
const neutral = (text: string, { prefix, folder }: Daemons): string =>
  text
    .replaceAll(`${folder}/`, "")
    .replaceAll(prefix, "/opt/ovis")
    .replace(/p\d*\.conf/g, "p.conf")
    .replace(/sock:\d+/g, "sock:PORT");

onBoth("ldmsd starts as recorded", (daemons) => {
  const wholeLog = (argv: readonly string[], code: number, listens = true): Promise<string> =>
    lastLog(async () => (listens ? daemons().start(argv) : daemons().spawn("ldmsd", argv)), code, "cleanup end");

  async function livingLog(argv: readonly string[], lines: number): Promise<string> {
    const daemon = await daemons().start(argv);
    await waitFor("its log", 20, () => !daemon.isRunning() || daemon.log().split("\n").length > lines);
    // For a line too many.
    await settle(1.5);
    assert.equal(daemon.isRunning(), true, daemon.log());
    return daemon.log();
  }

  for (const [name, lines, args] of CASES) {
    it(name, async () => {
      const wanted = recordedStart(name);
      const argv = args ?? ["-c", daemons().write("p.conf", ...lines)];
      const log = wanted.code === undefined ? await livingLog(argv, wanted.lines.length) : await wholeLog(argv, wanted.code);
      const said = neutral(log, daemons())
        .split("\n")
        .filter((line) => line !== "");
      // A recording is cut at some width.
      assert.deepEqual(
        said.map((line, index) => line.slice(0, neutral(wanted.lines[index] ?? "", daemons()).length || undefined)),
        wanted.lines.map((line) => neutral(line, daemons())),
      );
    });
  }

  it("unknown_cmd, wherever it stands", async () => {
    const { code = 0, lines } = recordedStart("unknown_cmd");
    const log = await wholeLog(["-c", daemons().write("p.conf", "nonsense name=x", ...MEMINFO)], code);
    assert.deepEqual(
      neutral(log, daemons()).trimEnd().split("\n"),
      lines.map((line) => neutral(line, daemons())),
    );
  });

  it("no_x", async () => {
    const { code = 0, lines } = recordedStart("no_x");
    assert.deepEqual((await wholeLog([], code, false)).trimEnd().split("\n"), lines);
  });

  it("bad_xprt", async () => {
    const { code = 0, lines } = recordedStart("bad_xprt");
    const log = await wholeLog(["-x", "foo:20902"], code, false);
    for (const line of lines) assert.ok(log.includes(line), log);
  });

  it("port_in_use", async () => {
    const port = await freePort();
    await daemons().ready(await daemons().start([], port));
    const log = await lastLog(() => daemons().start([], port), 7, "Error 8");
    assert.match(log, /ERROR: ldmsd: Error 8 Listening on sock:\d+ using `sock` transport and `none` authentication\n/);
  });
});
