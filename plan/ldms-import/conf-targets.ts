import { renderValue } from "../config/wording";
import { shortName } from "../hosts/component-id";
import type { ConfFile, ConfProducer } from "./conf-file";
import type { Unsaid } from "./source-site";

/** A daemon as somebody dials it. */
export interface Target extends ConfProducer {
  readonly conf: ConfFile | undefined;
}

/** Whom the files dial, each daemon once, and the file that each of them has. */
export class ConfTargets {
  private readonly targets = new Map<string, Target>();
  private readonly producers: ReadonlyMap<ConfFile, readonly ConfProducer[]>;

  constructor(
    private readonly confs: readonly ConfFile[],
    unsaid: Unsaid,
  ) {
    this.producers = new Map(confs.map((conf) => [conf, conf.listProducers()]));
    const names = new Set<string>();
    for (const [conf, producers] of this.producers) {
      for (const producer of producers) {
        const key = placeOfProducer(producer);
        if (this.targets.has(key)) continue;
        const name = names.has(producer.name) ? `${producer.name}-${producer.host}-${producer.port}` : producer.name;
        if (name !== producer.name)
          unsaid.say(
            producer.place,
            `producer ${renderValue(producer.name)} is another daemon in another file: here it is ${renderValue(name)}`,
          );
        names.add(name);
        this.targets.set(key, { ...producer, name, conf: this.confOf(producer, conf) });
      }
    }
  }

  producersOf(conf: ConfFile): readonly ConfProducer[] {
    return this.producers.get(conf)!;
  }

  /** Of a file, or of none that is given. */
  listOf(conf: ConfFile | undefined): readonly Target[] {
    return [...this.targets.values()].filter((target) => target.conf === conf);
  }

  /** Its daemon's, which is another one where two files call two daemons alike. */
  nameOf(producer: ConfProducer): string {
    return this.targets.get(placeOfProducer(producer))!.name;
  }

  /** Whose file a producer has: that of its name, else the only one that fits. */
  private confOf(producer: ConfProducer, puller: ConfFile): ConfFile | undefined {
    const others = this.confs.filter((conf) => conf !== puller);
    const named = others.filter(({ label }) => label === producer.name || label === producer.host || label === shortName(producer.host));
    const literal = others.filter((conf) => [...conf.configs.values()].some(({ attributes }) => attributes["producer"] === producer.name));
    const byPort = others.filter(({ listens }) => listens.some(({ port }) => port === producer.port));
    const stem = stemOf(producer.name);
    const alike = others.filter((conf) => !conf.isAggregator && [stem, stemOf(producer.host)].includes(stemOf(conf.label)));
    const open = others.filter((conf) => conf.listens.length === 0 && !conf.isAggregator);
    for (const found of [named, literal, byPort, alike, open]) if (found.length === 1) return found[0];
    return undefined;
  }
}

export function placeOfProducer({ host, port }: Pick<ConfProducer, "host" | "port">): string {
  return `${host}:${port}`;
}

/** `gpu` of `gpu-101`: what daemons of a group, and their file, are called alike. */
function stemOf(name: string): string {
  return shortName(name).replace(/[-_]?[0-9]+$/, "");
}
