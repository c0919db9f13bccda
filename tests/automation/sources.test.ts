import assert from "node:assert/strict";
import {
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { start } from "../lab/ldms-process";

const REPOSITORY = resolve(__dirname, "../..");
/** `nobody` of Debian. */
const OTHER_UID = 65_534;

/** The loader with a program of a few lines. */
describe("bin/sources.js", function () {
  this.timeout(60_000);
  let folder: string;
  const at = (file: string) => join(folder, file);
  const compiled = () => (existsSync(at(".compiled")) ? readdirSync(at(".compiled"), { recursive: true }).map(String).sort() : []);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ldms-sources-"));
    for (const part of ["bin", "words", "tmp"]) mkdirSync(at(part));
    for (const file of ["ldms.js", "sources.js"]) copyFileSync(join(REPOSITORY, "bin", file), at(`bin/${file}`));
    symlinkSync(join(REPOSITORY, "node_modules"), at("node_modules"));
    writeFileSync(at("cli.ts"), 'import { word } from "./words/word";\nconst text: string = word();\nconsole.log(text);\n');
    say("one");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function say(word: string): void {
    const text = `import { basename } from "node:path";\nexport const word = (): string => \`${word} in \${basename(__dirname)}\`;\n`;
    writeFileSync(at("words/word.ts"), text);
  }

  async function run(): Promise<string> {
    const { PATH = "", HOME = "" } = process.env;
    const args = { folder: tmpdir(), environment: { PATH, HOME, TMPDIR: at("tmp") }, timeoutSeconds: 30 };
    const { code, stdout, stderr } = await start([process.execPath, at("bin/ldms.js")], args).ended;
    assert.deepEqual([code, stderr], [0, ""]);
    return stdout;
  }

  it("keeps what it has compiled, and runs it under its source's name", async () => {
    assert.equal(await run(), "one in words\n");
    assert.deepEqual(compiled(), ["cli.ts.js", "words", "words/word.ts.js"]);
  });

  it("runs what it has kept", async () => {
    await run();
    const path = at(".compiled/words/word.ts.js");
    writeFileSync(path, readFileSync(path, "utf8").replace("one in", "kept in"));
    assert.equal(await run(), "kept in words\n");
  });

  it("compiles a changed source again", async () => {
    await run();
    say("two");
    assert.equal(await run(), "two in words\n");
    say("one");
    assert.equal(await run(), "one in words\n");
  });

  it("compiles again what is cut short", async () => {
    await run();
    const path = at(".compiled/words/word.ts.js");
    const text = readFileSync(path, "utf8");
    writeFileSync(path, text.slice(0, text.length / 2));
    assert.equal(await run(), "one in words\n");
    assert.equal(readFileSync(path, "utf8"), text);
  });

  it("is right in several runs that begin at once", async () => {
    const said = await Promise.all([run(), run(), run(), run()]);
    assert.deepEqual(said, Array(4).fill("one in words\n"));
    assert.deepEqual(compiled(), ["cli.ts.js", "words", "words/word.ts.js"]);
  });

  it("runs where it can keep nothing", async () => {
    writeFileSync(at(".compiled"), "");
    assert.equal(await run(), "one in words\n");
    assert.equal(readFileSync(at(".compiled"), "utf8"), "");
  });

  it("runs nothing that others could have left in /tmp where it can keep nothing", async () => {
    writeFileSync(at(".compiled"), "");
    await run();
    assert.deepEqual(readdirSync(at("tmp")), []);
  });

  it("leaves nothing in another user's checkout, and runs", async function () {
    if (process.getuid?.() !== 0) return this.skip();
    chownSync(folder, OTHER_UID, OTHER_UID);
    assert.equal(await run(), "one in words\n");
    assert.deepEqual(compiled(), []);
  });
});
