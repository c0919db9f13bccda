import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { pickReason } from "../../operations/observe/trouble-script";

/** The log of an ldmsd that was started as the recording of this name. */
function recordedLog(name: string): readonly string[] {
  const all = readFileSync("tests/fixtures/ldmsd/startup_errors", "utf8").split(/^### /m);
  const [, ...lines] = all
    .find((text) => text.startsWith(`${name}:`))!
    .trimEnd()
    .split("\n");
  return lines.map((line) => line.trim());
}

const REASONS: readonly (readonly [recording: string, reason: RegExp])[] = [
  ["port_in_use", /^ERROR: ldmsd: Error 8 Listening on sock:20901 /],
  ["no_x", /^CRITICAL: ldmsd: A config file /],
  ["bad_xprt", /Cannot get zap plugin: foo$/],
  ["no_conf", /Failed to open the config file '\/nonexist.conf'/],
  ["missing_plugin", /plugin 'nosuch': failed to load the plugin/],
  ["config_no_instance", /meminfo: configuration is missing the instance name/],
  ["prdcr_dup", /The prdcr a already exists/],
];

describe("pickReason", () => {
  for (const [recording, reason] of REASONS) {
    it(`names what ended an ldmsd: ${recording}`, () => assert.match(pickReason(recordedLog(recording))!, reason));
  }

  it("looks at the last start alone", () => {
    const log = [...recordedLog("port_in_use"), ...recordedLog("missing_plugin")];
    assert.match(pickReason(log)!, /plugin 'nosuch'/);
  });

  it("takes the last reason of one that does not give up", () => {
    const log = ["ERROR: ldmsd: first", "ERROR: ldmsd: second", ": ldmsd: LDMSD_ LDMS Daemon exiting...status 0, signal", "bye"];
    assert.equal(pickReason(log), "ERROR: ldmsd: second");
  });

  it("takes the last line where none gives a reason, and nothing of nothing", () => {
    assert.equal(pickReason(["hello", "bye"]), "bye");
    const munge = ["error: munge has neither the host's socket nor a key", "help: bind one of them: `-v /run/munge:/run/munge:ro`"];
    assert.equal(pickReason(munge), munge[0]);
    assert.equal(pickReason([]), undefined);
  });
});
