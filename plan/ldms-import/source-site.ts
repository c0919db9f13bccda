import { renderValue } from "../config/wording";
import type { ConfigProblem } from "../problems/errors";
import { hidePasswords } from "../text/passwords";

/** Where a daemon listens, as a site's file says it. */
export interface SourceListener {
  readonly host: string;
  readonly port: number;
  readonly xprt: string;
  /** Plugin of its authentication. */
  readonly auth: string;
}

/** An entry of `plugins`, in the stack file's words. */
export interface SourcePlugin {
  readonly name: string;
  readonly instance?: string;
  readonly own?: true;
  readonly interval: string;
  readonly offset?: string;
  readonly config?: Readonly<Record<string, unknown>>;
}

/** Further keys of a group of daemons, in the stack file's words. */
export interface SourceSettings {
  readonly setMemory?: string;
  readonly options?: readonly string[];
  readonly streams?: true;
  readonly messages?: true;
  readonly env?: Readonly<Record<string, string>>;
  readonly discovery?: "advertise";
  /** It runs already, or what it samples is not in the files. */
  readonly external?: true;
}

export interface SourceDaemon {
  /** As a producer. */
  readonly name: string;
  readonly host: string;
  /** What its group may be called; daemons of another label are of another group. */
  readonly label: string;
  /** Its own one first. */
  readonly listeners: readonly SourceListener[];
  readonly plugins: readonly SourcePlugin[];
  readonly settings: SourceSettings;
  /** Where a file has it as a number. */
  readonly componentId?: number;
}

/** A daemon that is pulled, and at which of its listeners. */
export interface SourcePull {
  readonly daemon: string;
  readonly listener: number;
}

export interface SourceUpdater {
  readonly interval: string;
  readonly offset?: string;
  readonly mode?: "push" | "onchange" | "auto";
  readonly sets?: readonly { readonly regex: string; readonly field?: "schema" }[];
}

export type SourceStore = Readonly<Record<string, unknown>> & { readonly name: string; readonly plugin: string };

/** Daemons that pull together. */
export interface SourceAggregator {
  readonly place: string;
  readonly daemons: readonly string[];
  readonly pulls: readonly SourcePull[];
  readonly reconnect?: string;
  readonly type?: "passive";
  readonly updaters: readonly SourceUpdater[];
  readonly subscribe: readonly Readonly<Record<string, string>>[];
  readonly stores: readonly SourceStore[];
}

/** What a site's files say of its daemons, whichever files they are. */
export interface SourceSite {
  readonly daemons: readonly SourceDaemon[];
  readonly aggregators: readonly SourceAggregator[];
}

/** A stack has one word of `ovis`. @param files where the daemons have theirs */
export function tellOvisFiles(path: string, files: ReadonlySet<string>, unsaid: Unsaid): void {
  if (files.size < 2) return;
  const listed = [...files].slice(0, 3).map((file) => renderValue(file));
  unsaid.say(path, `daemons have several words of \`ovis\`, ${listed.join(", ")}: a stack has one for all`, "give all of them one word");
}

/** What a site's files say and a stack file cannot, or what a stack file wants to know and they do not say; alike ones are told once. */
export class Unsaid {
  private readonly told = new Map<string, { readonly problem: ConfigProblem; count: number }>();

  /** @param path `block.yaml: daemons[0].endpoints[1]` @param help what to do instead */
  say(path: string, told: string, help?: string): void {
    const message = hidePasswords(told);
    const key = `${message}\n${help ?? ""}`;
    const same = this.told.get(key);
    if (same) same.count++;
    else this.told.set(key, { problem: { path, message, ...(help !== undefined && { help }) }, count: 1 });
  }

  list(): readonly ConfigProblem[] {
    return [...this.told.values()].map(({ problem, count }) =>
      count === 1 ? problem : { ...problem, path: `${problem.path} and ${count - 1} more` },
    );
  }
}
