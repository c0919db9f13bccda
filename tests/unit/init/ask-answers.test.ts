import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough, Writable } from "node:stream";
import { askAnswers, onTerminal } from "../../../cli/ask-answers";
import { checkAnswers } from "../../../plan/init/check-answers";
import { initConfig } from "../../../plan/init/init-config";
import type { Answers } from "../../../plan/init/questions";
import { writeStackFile } from "../../../plan/init/write-stack-file";

interface Talk {
  readonly answers: Answers;
  readonly asked: readonly string[];
  readonly said: readonly string[];
}

/** @param typed by the beginning of the question: what is typed, one after the other; nothing is a bare Enter */
async function talk(typed: Readonly<Record<string, readonly string[]>>, given: Answers = {}): Promise<Talk> {
  const left = Object.entries(typed).map(([question, lines]): [string, string[]] => [question, [...lines]]);
  const [asked, said]: [string[], string[]] = [[], []];
  const ask = async (question: string) => {
    asked.push(question);
    assert.ok(asked.length < 50, said.join("\n"));
    return left.find(([begin]) => question.startsWith(begin))?.[1].shift() ?? "";
  };
  const answers = await askAnswers(given, checkAnswers, { ask, say: (text) => said.push(text) });
  return { answers, asked, said };
}

const NEEDED = { "Name of": ["mycluster"], "Hosts, as": ["cygnus-[01-08]"] };

describe("askAnswers", () => {
  it("asks what is not given, with what a bare Enter means", async () => {
    const { answers, asked, said } = await talk(NEEDED);
    assert.deepEqual(asked, [
      "Name of the stack, such as the cluster's: ",
      "Hosts, as a hostlist such as cygnus-[01-08]: ",
      "Hosts that aggregate, one for 1000 hosts [cygnus-08]: ",
      "Hosts that store [cygnus-08]: ",
      "Hosts that are sampled [cygnus-[01-07]]: ",
      "Kind of the store: sos or csv [sos]: ",
      "Folder of the store on its host [/store]: ",
      "Transport: sock, rdma, ugni or fabric [sock]: ",
      "Authentication: munge (the hosts' own), munge-key (a key made here), ovis (a word made here) or none [munge]: ",
      "Images from: registry, build or archive [registry]: ",
      "Registry, such as reg.site:5000 [Docker Hub]: ",
      "Login on the hosts [root]: ",
      "Private key of the login [the keys of your ssh agent]: ",
    ]);
    assert.deepEqual(said, []);
    assert.deepEqual(answers, {
      stack: "mycluster",
      hosts: "cygnus-[01-08]",
      aggregators: "cygnus-08",
      storeOn: "cygnus-08",
      samplers: "cygnus-[01-07]",
      store: "sos",
      storePath: "/store",
      xprt: "sock",
      auth: "munge",
      images: "registry",
      sshUser: "root",
    });
  });

  it("proposes by the answers before", async () => {
    const { asked } = await talk({ ...NEEDED, "Hosts that aggregate": ["cygnus-[05-06]"], "Hosts that store": ["cygnus-07"] });
    assert.ok(asked.includes("Hosts that store [cygnus-08]: "));
    assert.ok(asked.includes("Hosts that are sampled [cygnus-[01-04,08]]: "));
  });

  it("asks for a folder where images are built, and for an archive where they come from one", async () => {
    const asksOf = async (images: string) =>
      (await talk({ ...NEEDED, "Images from": [images] })).asked.filter((text) => /\/opt|docker save|Registry/.test(text));
    assert.deepEqual(await asksOf("build"), [
      "Registry, such as reg.site:5000 [Docker Hub]: ",
      "Folder with the binaries of /opt/ovis [ovis]: ",
    ]);
    assert.deepEqual(await asksOf("archive"), ["File of docker save, or a folder of them [archives]: "]);
  });

  it("does not ask for what is given", async () => {
    const { asked } = await talk({}, { stack: "a", hosts: "c[1-3]", aggregators: "c3", storeOn: "c3", samplers: "c[1-2]" });
    assert.equal(asked[0], "Kind of the store: sos or csv [sos]: ");
  });

  it("says what is wrong with an answer, and asks again", async () => {
    const { answers, said } = await talk({
      "Name of": ["", "my cluster", "mycluster"],
      "Hosts, as": ["cygnus-[01-08", "cygnus-[01-08]"],
      "Hosts that aggregate": ["cygnus-9", "cygnus-08"],
      Transport: ["tcp", "rdma"],
      Authentication: ["mung", "munge"],
      "Login on": ["root; id", ""],
    });
    assert.deepEqual(said, [
      "  is missing\n  help: give `-s mycluster`",
      "  must be up to 100 letters, digits, `_`, `.` and `-`: `my cluster`",
      "  the bracket is never closed\n      cygnus-[01-08\n             ^",
      "  not in `hosts`: `cygnus-9`\n  help: hosts are `cygnus-[01-08]`",
      "  must be `sock`, `rdma`, `ugni`, `fabric` or `fabric.PROVIDER[@DOMAIN]`: `tcp`",
      "  must be `munge`, `munge-key`, `ovis` or `none`: `mung`\n  help: did you mean `munge`?",
      "  must be a user name: `root; id`",
    ]);
    assert.deepEqual([answers.stack, answers.xprt, answers.sshUser], ["mycluster", "rdma", "root"]);
  });
});

describe("docs/init.md", () => {
  const blocks = readFileSync(join(__dirname, "../../../docs/init.md"), "utf8").split(/\n\n(?=\S)/);
  const blockWith = (text: string) => blocks.find((block) => block.includes(`\n    ${text}`))!.replaceAll(/^ {4}/gm, "");
  const talk = blockWith("$ npx ldms init -s mycluster --no-pin").split("\n");

  it("has the questions, the answers and the file that come of them as they are", async () => {
    const lines = talk.slice(
      talk.indexOf("$ npx ldms init -s mycluster --no-pin") + 1,
      talk.findIndex((line) => line.startsWith("Pulumi.")),
    );
    const shown: string[] = [];
    const left = [...lines];
    const ask = async (question: string) => {
      const line = left.shift()!;
      shown.push(`${question}${line.slice(question.length)}`.trimEnd());
      return line.slice(question.length);
    };
    const say = (text: string) => {
      left.splice(0, text.split("\n").length);
      shown.push(...text.split("\n"));
    };
    const answers = await askAnswers({ stack: "mycluster" }, checkAnswers, { ask, say });
    assert.deepEqual(shown, lines);
    const text = writeStackFile({ name: "mycluster", config: initConfig(answers) });
    const file = blockWith("# LDMS on the cluster mycluster.");
    assert.equal(
      file
        .slice(file.indexOf("# LDMS"))
        .replace(/^encryptionsalt: .*\n/m, "")
        .trimEnd(),
      text.trimEnd(),
    );
  });
});

describe("onTerminal", () => {
  /** Somebody who types this, and then no more. */
  const typing = (text: string) => {
    const stdin = new PassThrough();
    stdin.end(text);
    return { stdin, stdout: new Writable({ write: (_chunk, _encoding, done) => done() }) } as unknown as NodeJS.Process;
  };

  it("gives each line to its question", async () => {
    const answers = await onTerminal(async ({ ask }) => [await ask("1: "), await ask("2: ")], typing("a\nb\n"));
    assert.deepEqual(answers, ["a", "b"]);
  });

  it("ends with an error where the answers end before the questions", async () => {
    await assert.rejects(
      onTerminal(async ({ ask }) => [await ask("1: "), await ask("2: ")], typing("a\n")),
      /^BadInputError: ldms init: not everything was answered; nothing was written\nhelp: run it again, or give options: ldms init --help$/,
    );
  });
});
