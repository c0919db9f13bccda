import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { FindingsView as Found } from "../../api";
import { Age } from "../parts/age";
import { Card } from "../parts/card";
import { FindingList } from "../parts/finding-list";
import { Notice } from "../parts/notice";
import { call } from "../state/api-client";
import { act, actFault } from "../state/stack-acts";
import { stack } from "../state/stack-state";
import { renderCountOf } from "../text/render-number";

const found = signal<Found | undefined>(undefined);

/** What the rules say of the stack file's plan. */
export function FindingsView() {
  const name = stack.name.value;
  const read = async () => {
    if (name !== undefined) found.value = await act(() => call("GET /api/stacks/:stack/findings", { params: { stack: name } }));
  };
  // Another stack, or another file, has other findings
  useEffect(() => {
    found.value = undefined;
    void read();
  }, [name, stack.fileMark.value]);
  const all = found.value?.findings ?? [];
  const open = all.filter(({ waived }) => !waived);
  const waived = all.filter((finding) => finding.waived);
  return (
    <>
      <header class="view-head">
        <h1>Findings</h1>
        <div class="view-acts">{found.value && <Age at={found.value.lookedAt} />}</div>
      </header>
      <p class="soft">
        What the rules say of the plan, as <code>ldms policy</code> prints it.
      </p>
      {found.value === undefined && actFault.value === undefined && <Notice kind="note">The rules are being asked…</Notice>}
      {found.value && (
        <Card title={open.length === 0 ? "No rule is broken" : renderCountOf(open.length, "finding")}>
          <FindingList findings={open} />
        </Card>
      )}
      {waived.length > 0 && (
        <Card title={`${renderCountOf(waived.length, "finding")} let pass`}>
          <FindingList findings={waived} />
        </Card>
      )}
    </>
  );
}
