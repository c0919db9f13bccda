import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe as describeInWords, drawSvg } from "../../bench/first-hour/draw-svg";
import { Newcomer } from "../../bench/first-hour/newcomer";
import { writePicture } from "../../bench/first-hour/record-first-hour";
import { PICTURE_FILE, type RecordedCommand, type Recording, readRecording } from "../../bench/first-hour/recording";
import { SESSION } from "../../bench/first-hour/session";

const README = readFileSync(join(__dirname, "../../README.md"), "utf8");
const textsOf = ({ lines }: RecordedCommand) => lines.map(([, text]) => text);

/** What `init` prints where it asks no host for its key: without the lines of the keys, and with one more to type. */
function withoutPin(texts: readonly string[]): readonly string[] {
  const kept = texts.filter((text) => !/^known_hosts\.|^cygnus-\d+: new: /.test(text));
  return kept.flatMap((text) => (text === "  npx ldms plan -s mycluster" ? ["  npx ldms hosts trust -s mycluster", text] : [text]));
}

// Says nothing of what the hosts answer: tests/full/first-hour.test.ts.
describe("docs/first-hour.svg", function () {
  this.timeout(120_000);

  /** What the commands that contact no host print now. */
  async function typeNow(): Promise<readonly RecordedCommand[]> {
    const newcomer = new Newcomer("-----BEGIN OPENSSH PRIVATE KEY-----\n");
    try {
      const [init, passphrase, plan] = SESSION.map(({ typed }) => typed);
      return await newcomer.type([`${init} --no-pin --known-hosts known_hosts.mycluster`, passphrase!, plan!]);
    } finally {
      newcomer.remove();
    }
  }

  it("shows what the commands print", async () => {
    const [init, , plan] = await typeNow();
    const recorded = readRecording();
    if (process.env["UPDATE_GOLDEN"] === "1") writePicture(withText(recorded, 2, plan!));
    const { commands } = readRecording();
    assert.deepEqual(textsOf(plan!), textsOf(commands[2]!), "`npm run first-hour` records it anew, UPDATE_GOLDEN=1 just this command");
    assert.deepEqual(textsOf(init!), withoutPin(textsOf(commands[0]!)), "`npm run first-hour` records it anew");
  });

  it("is of the session as it is now", () => {
    assert.deepEqual(
      readRecording().commands.map(({ typed }) => typed),
      SESSION.map(({ typed }) => typed),
    );
  });

  it("has every line of the README's way to an own cluster typed", () => {
    const lines = [...README.matchAll(/^ {4}((?:npx ldms \w+ -s mycluster|export PULUMI_\S+))/gm)].map(([, line]) => line!);
    assert.ok(lines.length >= 6, lines.join("\n"));
    for (const line of lines)
      assert.ok(
        SESSION.some(({ typed }) => typed.startsWith(line)),
        line,
      );
  });

  it("is drawn from its recording", () => assert.equal(readFileSync(PICTURE_FILE, "utf8"), drawSvg(readRecording())));

  it("is small, without scripts and from nowhere else", () => {
    const picture = readFileSync(PICTURE_FILE, "utf8");
    assert.ok(Buffer.byteLength(picture) <= 60_000);
    assert.doesNotMatch(picture.replace('xmlns="http://www.w3.org/2000/svg"', ""), /<script|href|url\((?!#)|https?:/);
  });

  it("is in the README, with words for whom it cannot be seen by", () => {
    const [, words] = /!\[([^\]]+)\]\(docs\/first-hour\.svg\)/.exec(README)!;
    const [typed, answer] = describeInWords(readRecording()).split(" The last one answers: ");
    assert.match(words!, /^A terminal: /);
    assert.ok(typed!.startsWith("Typed one after the other: npx ldms init -s mycluster ") && answer !== undefined);
    for (const verb of ["init", "plan", "preflight", "up", "status", "verify"]) assert.match(words!, new RegExp(`\\b${verb}\\b`));
  });
});

function withText(recording: Recording, index: number, now: RecordedCommand): Recording {
  return { ...recording, commands: recording.commands.map((command, at) => (at === index ? { ...command, lines: now.lines } : command)) };
}
