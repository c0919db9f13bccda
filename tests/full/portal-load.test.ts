import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { SignedIn } from "../../portal/api";
import { FaultSite } from "../automation/faults/fault-site";
import { Browser } from "../portal/portal-kit";
import type { LoadArgs, LoadWord, MemoryLook } from "./portal-load-child";

/** One of them takes nothing for a long time. */
const VIEWERS = 50;
const SECONDS = 60;
const PER_SECOND = 4;
const HOSTS = 10_000;
/** Of the time from an event's making to its reading, by 99 of 100. */
const MOST_DELAY_MS = 500;
/** By then the log is as full as it gets. */
const FULL_SECONDS = 15;
const MOST_GROWTH_BYTES = 10e6;
/** When the slow one reads again. */
const SLOW_SECONDS = 50;

describe(`${VIEWERS} viewers of ${HOSTS} hosts for ${SECONDS} s`, function () {
  this.timeout(180_000);
  const at = new FaultSite("embedded");
  const said: string[] = [];
  const looks: MemoryLook[] = [];
  let child: ChildProcess;
  let origin: string;
  let isDone = false;

  before(async () => {
    at.program(["a"]);
    const pageFolder = join(at.folder, "page");
    mkdirSync(pageFolder);
    writeFileSync(join(pageFolder, "index.html"), "");
    const { projectFolder: folder, ...where } = at.location;
    const site = { ...where, folder, engine: "embedded" } as const;
    const args: LoadArgs = { site, pageFolder, hosts: HOSTS, perSecond: PER_SECOND, seconds: SECONDS, looks: [FULL_SECONDS, SECONDS] };
    const script = join(__dirname, "portal-load-child.ts");
    child = fork(script, [JSON.stringify(args)], { execArgv: ["--expose-gc", "--require", "tsx/cjs"] });
    origin = await new Promise((resolve) =>
      child.on("message", (word: LoadWord) => {
        if ("said" in word) said.push(word.said);
        if ("memory" in word) looks.push(word.memory);
        if ("done" in word) isDone = true;
        if ("at" in word) resolve(word.at.replace(/\/$/, ""));
      }),
    );
  });
  after(() => {
    child?.kill("SIGKILL");
    at.close();
  });

  /** Both who may, half of the viewers each: one of them may open no more than 32 pages. */
  async function signIn(isViewer: boolean): Promise<Browser> {
    const code = said.map((line) => /^(\S+): \S+#code=(\S+)/.exec(line)!).find(([, user]) => (user === "viewer") === isViewer)![2];
    const { json } = await new Browser(origin).post<SignedIn>("/api/session", { code });
    return new Browser(origin, json.session);
  }

  it(`see each of ${PER_SECOND} changes a second within ${MOST_DELAY_MS} ms, and the server does not grow`, async () => {
    const browsers = [await signIn(true), await signIn(false)] as const;
    const streams = await Promise.all(
      Array.from({ length: VIEWERS }, (_, i) => browsers[i % 2]!.openStream(`/api/stacks/${at.location.stack}/events`)),
    );
    const readers = streams.map((stream) => new LightReader(stream));
    const [slow, ...others] = readers as [LightReader, ...LightReader[]];
    slow.response.pause();
    child.send("begin");
    await sleep(SLOW_SECONDS * 1000);
    const before = slow.rounds.length;
    slow.response.resume();
    while (!isDone) await sleep(100);
    await sleep(1000);
    for (const { response } of readers) response.destroy();

    const all = Array.from({ length: SECONDS * PER_SECOND }, (_, round) => round);
    const delays = others.flatMap((reader) => reader.delays).sort((a, b) => a - b);
    const p99 = delays[Math.floor(delays.length * 0.99)]!;
    const [full, end] = looks as [MemoryLook, MemoryLook];
    const mb = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
    console.log(
      `      ${delays.length} events of ${Math.round(others[0]!.bytes / all.length / 1000)} kB read; ` +
        `delay p50 ${delays[delays.length >> 1]} ms, p99 ${p99} ms, longest ${delays.at(-1)} ms\n` +
        `      memory of the server in use after ${full.second} s ${mb(full.usedBytes)}, after ${end.second} s ${mb(end.usedBytes)}; ` +
        `resident ${mb(full.rssBytes)}, ${mb(end.rssBytes)}`,
    );
    for (const { rounds } of others) assert.deepEqual(rounds, all);
    assert.ok(p99 < MOST_DELAY_MS, `${p99} ms`);
    assert.ok(end.usedBytes - full.usedBytes < MOST_GROWTH_BYTES, `${end.usedBytes - full.usedBytes} bytes more`);
    // What it missed it is told; then it sees what comes.
    assert.equal(slow.resets, 1);
    assert.ok(before < SLOW_SECONDS && slow.rounds.at(-1) === all.at(-1), `${before}, ${slow.rounds}`);
  });
});

/** A look at ten thousand hosts is the round of its number; the server's own ones are of today. */
const FRAME_HEAD = /^(?:id: \S+\n)?data: \{"cursor":"[^"]+","at":([\d.]+),"type":"(?:(reset)"|status","look":\{"lookedAt":(\d{1,4}),)/;

/** Looks at the beginning of each event alone: what a browser makes of the rest is done on another machine. */
class LightReader {
  readonly rounds: number[] = [];
  readonly delays: number[] = [];
  resets = 0;
  bytes = 0;
  private head = "";
  /** The frame's beginning is read. */
  private isInside = false;
  private lastCharacter = "";

  constructor(readonly response: IncomingMessage) {
    response.setEncoding("latin1").on("data", (piece: string) => this.take(piece));
    response.on("error", () => undefined);
  }

  private take(piece: string): void {
    this.bytes += piece.length;
    // A frame's end may come in two pieces.
    const text = this.isInside && this.lastCharacter === "\n" ? `\n${piece}` : piece;
    this.lastCharacter = piece.at(-1)!;
    for (const [i, part] of text.split("\n\n").entries()) {
      if (i > 0) this.isInside = false;
      if (this.isInside) continue;
      this.head = i > 0 ? part : this.head + part;
      this.read();
    }
  }

  private read(): void {
    const [, at, reset, round] = FRAME_HEAD.exec(this.head) ?? [];
    if (at === undefined) return;
    this.isInside = true;
    this.head = "";
    if (reset !== undefined) this.resets += 1;
    if (round === undefined) return;
    this.rounds.push(Number(round));
    this.delays.push(Math.round(Date.now() - Number(at) * 1000));
  }
}
