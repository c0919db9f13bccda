import assert from "node:assert/strict";
import { createColors } from "picocolors";
import { createDisplay } from "../../engine/display/display";
import { paintLine } from "../../engine/display/display-words";
import { LineDisplay } from "../../engine/display/line-display";
import { renderPropertyDiff } from "../../engine/display/property-diff-text";
import { renderNothingToDo, renderSummary } from "../../engine/display/summary-text";
import type { EngineEvent } from "../../engine/events/events";
import { TestStack } from "./test-stack";

describe("renderSummary", () => {
  it("ends with Pulumi's words", () => {
    assert.equal(renderSummary({ create: 12, same: 17 }, false, 4), "Resources:\n    + 12 created\n    17 unchanged\n\nDuration: 4s");
    assert.equal(renderSummary({ same: 17 }, true, 4), "Resources:\n    17 unchanged");
    const all = "Resources:\n    + 1 to create\n    ~ 2 to update\n    - 3 to delete\n    +-4 to replace\n    10 changes. 5 unchanged";
    assert.equal(renderSummary({ replace: 4, delete: 3, update: 2, create: 1, same: 5 }, true, 1), all);
    assert.equal(renderSummary({}, false, 0), "\nDuration: 0s");
  });
});

describe("renderNothingToDo", () => {
  it("is one line, and only where nothing is to be done", () => {
    assert.equal(renderNothingToDo({ same: 47 }), "nothing to do: 47 unchanged resources (embedded engine)");
    assert.equal(renderNothingToDo({ same: 1 }), "nothing to do: 1 unchanged resource (embedded engine)");
    assert.equal(renderNothingToDo({ same: 46, update: 1 }), undefined);
    assert.equal(renderNothingToDo({}), undefined);
  });
});

describe("renderPropertyDiff", () => {
  it("shows each change in a line, secrets never", () => {
    const state = (inputs: Record<string, unknown>) => ({ type: "t", urn: "u", id: "i", parent: "", provider: "", inputs, outputs: {} });
    const metadata = {
      op: "update",
      urn: "u",
      type: "t",
      provider: "",
      old: state({ size: 1, password: "[secret]", gone: "x", env: "API_TOKEN=hunter21", labels: [{ value: "a" }] }),
      new: state({ size: 2, password: "[secret]", zone: "z", env: "API_TOKEN=hunter22", labels: [{ value: "b" }] }),
      detailedDiff: {
        size: { diffKind: "update", inputDiff: true },
        password: { diffKind: "update", inputDiff: true },
        gone: { diffKind: "delete", inputDiff: true },
        env: { diffKind: "update", inputDiff: true },
        zone: { diffKind: "add-replace", inputDiff: true },
        "labels[0].value": { diffKind: "update", inputDiff: true },
      },
    } as unknown as Parameters<typeof renderPropertyDiff>[0];
    assert.deepEqual(renderPropertyDiff(metadata), [
      "~ env: [not shown] => [not shown]",
      '- gone: "x"',
      '~ labels[0].value: "a" => "b"',
      "~ password: [secret] => [secret]",
      "~ size: 1 => 2",
      '+ zone: "z"  (replaces)',
    ]);
  });
});

describe("paintLine", () => {
  const colors = createColors(true);

  it("paints a step by its sign, and errors and warnings", () => {
    assert.equal(paintLine(" + docker:Container a create", colors), colors.green(" + docker:Container a create"));
    assert.equal(paintLine(" +-docker:Container a replace", colors), colors.magenta(" +-docker:Container a replace"));
    assert.equal(paintLine("    error: no", colors), colors.red("    error: no"));
    assert.equal(paintLine("    warning: no", colors), colors.yellow("    warning: no"));
  });

  it("leaves the rest as it is", () => {
    for (const line of ["Updating (lab):", "    + 1 to create", "", "   ~ x"]) assert.equal(paintLine(line, colors), line);
  });
});

describe("createDisplay", () => {
  /** What a pipe gets, with these variables. */
  function shown(variables: Readonly<Record<string, string>>): string {
    const before = process.env;
    const { NO_COLOR: _no, FORCE_COLOR: _force, ...others } = before;
    const written: string[] = [];
    const stream = { isTTY: false, write: (text: string) => written.push(text) } as unknown as NodeJS.WriteStream;
    try {
      process.env = { ...others, ...variables };
      const display = createDisplay({ kind: "up", stack: "lab", stream });
      display.onEvent({ diagnosticEvent: { message: "full", severity: "error" } } as EngineEvent, "update");
      display.close();
    } finally {
      process.env = before;
    }
    return written.join("");
  }

  it("colours a pipe where that is asked for, and nothing with NO_COLOR", () => {
    const { red } = createColors(true);
    assert.ok(!shown({}).includes("\u001b"));
    assert.ok(shown({ FORCE_COLOR: "1" }).includes(red("    error: full")), JSON.stringify(shown({ FORCE_COLOR: "1" })));
    assert.ok(!shown({ FORCE_COLOR: "1", NO_COLOR: "1" }).includes("\u001b"));
  });
});

describe("LineDisplay", function () {
  this.timeout(120_000);

  it("says one line where there is nothing to do, and never where something failed", async () => {
    const stack = new TestStack();
    try {
      await stack.up('new Thing("a");');
      const lines = await shownOf(stack, 'new Thing("a");');
      assert.deepEqual(lines, ["nothing to do: 2 unchanged resources (embedded engine)"]);
      const failed = (await shownOf(stack, 'new Thing("a"); throw new Error("no such file");')).join("\n");
      assert.match(failed, /^preview:\n(?:.*\n)*.*no such file/);
      assert.doesNotMatch(failed, /nothing to do/);
    } finally {
      stack.close();
    }
  });

  it("shows a preview and an up in plain lines, the diff and the failure in them", async () => {
    const stack = new TestStack();
    try {
      await stack.up('new Thing("a", { password: pulumi.secret("hunter22") }); new Thing("gone");');
      const lines: string[] = [];
      const display = new LineDisplay(
        (line) => lines.push(...line.split("\n")),
        (phase) => `${phase}:`,
      );
      stack.program(
        'console.log("hello"); new Thing("a", { size: 2, password: pulumi.secret("hunter23") }); new Thing("bad", { failOn: "create" });',
      );
      const result = await stack.run("up", {
        confirm: async () => true,
        continueOnError: true,
        onEvent: (event, phase) => display.onEvent(event, phase),
      });
      display.close();
      assert.equal(result.outcome, "failed");
      const text = lines.map((line) => line.replace(/ \(\d+\.\ds\)$/, "").replace(/Duration: \d+s/, "Duration"));
      for (const line of [
        "preview:",
        "    hello",
        " ~  fake:index:Thing a update",
        "        ~ password: [secret] => [secret]",
        "        ~ size: 1 => 2",
        " -  fake:index:Thing gone delete",
        "    + 1 to create",
        "    3 changes. 1 unchanged",
        "update:",
        " ~  fake:index:Thing a updated",
        "    error: bad: default: cannot create: `bad`",
        " +  fake:index:Thing bad creating failed",
        " -  fake:index:Thing gone deleted",
        "Duration",
      ]) {
        assert.ok(text.includes(line), `${line}\n---\n${text.join("\n")}`);
      }
      assert.ok(!text.join("\n").includes("hunter"));
    } finally {
      stack.close();
    }
  });

  it("says what runs while nothing else happens", async () => {
    const lines: string[] = [];
    const display = new LineDisplay(
      (line) => lines.push(line),
      () => "Updating:",
      20,
    );
    const metadata = { op: "create", urn: "urn:pulumi:dev::shop::fake:index:Thing::slow", type: "fake:index:Thing", provider: "" };
    display.onEvent({ sequence: 0, timestamp: 0, resourcePreEvent: { metadata } } as EngineEvent, "update");
    await new Promise((resolve) => setTimeout(resolve, 90));
    display.close();
    assert.ok(
      lines.some((line) => /^ {4}still working: slow \(\ds\)$/.test(line)),
      lines.join("\n"),
    );
  });
});

/** What is shown of an `up` of a program. */
async function shownOf(stack: TestStack, program: string): Promise<readonly string[]> {
  const lines: string[] = [];
  const display = new LineDisplay(
    (line) => lines.push(...line.split("\n")),
    (phase) => `${phase}:`,
    // None that says on a slow machine what runs.
    600_000,
  );
  stack.program(program);
  await stack.run("up", { confirm: async () => true, onEvent: (event, phase) => display.onEvent(event, phase) });
  display.close();
  return lines;
}
