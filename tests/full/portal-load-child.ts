import { setTimeout as sleep } from "node:timers/promises";
import { openSite, type SiteArgs } from "../../automation";
import type { PortalChange } from "../../portal/api";
import { servePortal } from "../../portal/server/serve-portal";

export interface LoadArgs {
  readonly site: SiteArgs;
  readonly pageFolder: string;
  readonly hosts: number;
  readonly perSecond: number;
  readonly seconds: number;
  /** When its memory is looked at, in seconds from the beginning. */
  readonly looks: readonly number[];
}

export interface MemoryLook {
  readonly second: number;
  /** What is in use, all garbage collected: heap and buffers. */
  readonly usedBytes: number;
  readonly rssBytes: number;
}

/** What it tells its parent. */
export type LoadWord = { readonly said: string } | { readonly at: string } | { readonly memory: MemoryLook } | { readonly done: true };

const tell = (word: LoadWord) => void process.send!(word);

/** A look in which every host changed, each with a reason: more than a server ever has to tell. */
function look(round: number, hosts: number): PortalChange {
  const index = Array.from({ length: hosts }, (_, i) => i);
  const letters = (round % 2 === 0 ? "x" : "d").repeat(hosts);
  const changes = { seen: round, unseen: [], index, letters, reasons: index.map((i) => `samp is exited ${(i + round) % 256}`) };
  const facts = { lookedAt: round, tookSeconds: 1, askedHosts: hosts, wellHosts: 0, causes: [] };
  return { type: "status", look: facts, groups: [], hosts: changes };
}

function lookAtMemory(second: number): MemoryLook {
  global.gc!();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { second, usedBytes: heapUsed + external, rssBytes: rss };
}

/** A portal in a process of its own, so that its memory is nobody else's; at a word of its parent its hosts begin to change. */
async function main([text = "{}"]: readonly string[]): Promise<void> {
  const { site, pageFolder, hosts, perSecond, seconds, looks } = JSON.parse(text) as LoadArgs;
  const say = (said: string) => tell({ said });
  const sites = [await openSite(site)];
  const { address, portal } = await servePortal({ sites, pageFolder, version: "0.1.0", say, listen: "127.0.0.1:0" });
  const { log } = portal.stacks.get(site.stack)!.watched;
  process.once("message", async () => {
    const begun = performance.now();
    for (let round = 0; round < seconds * perSecond; round++) {
      log.add(look(round, hosts));
      await sleep(Math.max(0, begun + ((round + 1) * 1000) / perSecond - performance.now()));
      const second = (round + 1) / perSecond;
      if (looks.includes(second)) tell({ memory: lookAtMemory(second) });
    }
    tell({ done: true });
  });
  tell({ at: address });
}

void main(process.argv.slice(2));
