import { Age } from "../parts/age";
import { Card } from "../parts/card";
import { FindingList } from "../parts/finding-list";
import { Notice } from "../parts/notice";
import { actFault } from "../state/stack-acts";
import { stack } from "../state/stack-state";
import { useOfStack } from "../state/use-of-stack";
import { renderCountOf } from "../text/render-number";

/** What the rules say of the stack file's plan; another file has other findings. */
export function FindingsView() {
  return <OfFile key={stack.fileMark.value} />;
}

function OfFile() {
  const found = useOfStack("GET /api/stacks/:stack/findings");
  const all = found?.findings ?? [];
  const open = all.filter(({ waived }) => !waived);
  const waived = all.filter((finding) => finding.waived);
  return (
    <>
      <header class="view-head">
        <h1>Findings</h1>
        <div class="view-acts">{found && <Age at={found.lookedAt} />}</div>
      </header>
      <p class="soft">
        What the rules say of the plan, as <code>ldms policy</code> prints it.
      </p>
      {found === undefined && actFault.value === undefined && <Notice kind="note">The rules are being asked…</Notice>}
      {found && (
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
