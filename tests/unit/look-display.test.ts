import assert from "node:assert/strict";
import { LookDisplay } from "../../cli/look-display";
import type { StackLook } from "../../operations/overview/look-at-stack";
import { changesOf, renderLook } from "../../operations/overview/render-summary";

function lookOf(state: "running" | "exited", second: number): StackLook {
  const container = { host: "n1", container: "samp", role: "sampler", isPlanned: true, state, health: "none" } as const;
  return {
    stack: "s",
    containers: [container],
    failures: [],
    lookedAt: `2026-11-28T21:50:0${second}.000Z`,
    tookSeconds: 0.1,
    askedHosts: 1,
  };
}

describe("LookDisplay", () => {
  it("has, away from a terminal, a screen for the first look and for each that tells something new", () => {
    const written: string[] = [];
    const stream = { write: (text: string) => written.push(text) } as unknown as NodeJS.WriteStream;
    const display = new LookDisplay(stream, { render: (look: StackLook) => renderLook(look, 0), changesOf });
    for (const [i, state] of (["running", "running", "exited", "exited", "running"] as const).entries()) display.show(lookOf(state, i));
    display.close();
    assert.deepEqual(
      written.map((text) => /all well|1 not/.exec(text)?.[0]),
      ["all well", "1 not", "all well"],
    );
    assert.match(written[1]!, /^n1: samp is exited$/m);
    assert.match(written[1]!, /^\(21:50:02 UTC; Ctrl-C ends it\)$/m);
  });
});
