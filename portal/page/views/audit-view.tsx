import { Age } from "../parts/age";
import { FindHead } from "../parts/find-head";
import { Notice } from "../parts/notice";
import { route } from "../state/page-route";
import { stack } from "../state/stack-state";
import { useOfStack } from "../state/use-of-stack";

/** Who did what by this portal, refused tries as well. */
export function AuditView() {
  const find = route.value.query["find"] ?? "";
  // A run that has begun or ended is a new line.
  const lines = useOfStack("GET /api/stacks/:stack/audit", { also: [stack.run.value?.id, stack.run.value?.endedAt] });
  const shown = lines?.filter((line) => Object.values(line).some((text) => String(text).toLowerCase().includes(find.toLowerCase())));
  return (
    <>
      <FindHead title="Audit log" label="find lines" placeholder="who, what, result" />
      {shown?.length === 0 && <Notice kind="note">Nobody did anything like that.</Notice>}
      <ol class="runs" aria-label="acts" hidden={!shown?.length}>
        {shown?.map(({ at, who, from, act: what, result, run, message }) => (
          <li key={`${at} ${who} ${what} ${run}`} class="run-row">
            <span class={/^(refused|failed)/.test(result) ? "tag tag-degraded" : "tag tag-ok"}>{result}</span>
            <span class="run-what">
              <b>{what}</b> by {who} <span class="soft">from {from}</span> {run !== undefined && <code>{run}</code>}{" "}
              {message !== undefined && `“${message}”`}
            </span>
            <span class="run-when">
              <Age at={Date.parse(at) / 1000} />
            </span>
          </li>
        ))}
      </ol>
    </>
  );
}
