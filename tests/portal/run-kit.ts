import assert from "node:assert/strict";
import type { PortalEvent, RunView } from "../../portal/api";
import type { PortalArgs } from "../../portal/server/serve-portal";
import { FaultSite } from "../automation/faults/fault-site";
import { type Answer, type Browser, type EventReader, PortalKit } from "./portal-kit";

/** A portal of one stack whose runs make files: local commands in the place of hosts, so that what a run really did can be told. */
export class RunKit {
  readonly at = new FaultSite("embedded");
  kit!: PortalKit;
  operator!: Browser;

  static async open(args: Partial<PortalArgs> = {}): Promise<RunKit> {
    const on = new RunKit();
    on.at.program(["a", "b", "c"]);
    on.kit = await PortalKit.open([await on.at.open()], args);
    on.operator = await on.kit.signIn("operator");
    return on;
  }

  start(wish: object): Promise<Answer<RunView>> {
    return this.operator.post<RunView>("/api/stacks/dev/runs", wish);
  }

  async ended(id: string): Promise<RunView> {
    const stream = await this.operator.stream("/api/stacks/dev/events");
    try {
      const now = await this.operator.get<RunView>(`/api/stacks/dev/runs/${id}`);
      if (now.json.result !== undefined) return now.json;
      const event = await stream.until((one) => one.type === "run" && one.run.id === id && one.run.result !== undefined, 100);
      return (event as { readonly run: RunView }).run;
    } finally {
      stream.close();
    }
  }

  async previewed(): Promise<RunView> {
    const { json, status } = await this.start({ kind: "preview" });
    assert.equal(status, 202);
    return this.ended(json.id);
  }

  async deployed(): Promise<RunView> {
    const { preview } = await this.previewed();
    const { json } = await this.start({ kind: "up", expect: preview!.digest!, message: "as seen" });
    return this.ended(json.id);
  }

  async close(): Promise<void> {
    await this.kit.close();
    this.at.close();
  }
}

export function runsOf({ events }: EventReader, id: string): readonly PortalEvent[] {
  return events.filter((event) => event.type === "run" && event.run.id === id);
}
