import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { AuditLine } from "../../api";
import { Age } from "../parts/age";
import { FindHead } from "../parts/find-head";
import { Notice } from "../parts/notice";
import { call } from "../state/api-client";
import { route } from "../state/page-route";
import { act } from "../state/stack-acts";
import { stack } from "../state/stack-state";

const lines = signal<readonly AuditLine[] | undefined>(undefined);

/** Who did what by this portal, refused tries as well. */
export function AuditView() {
  const name = stack.name.value;
  const find = route.value.query["find"] ?? "";
  // Those of another stack are never shown as this one's.
  useEffect(() => {
    lines.value = undefined;
  }, [name]);
  // A run that has begun or ended is a new line.
  useEffect(() => {
    if (name === undefined) return;
    void act(() => call("GET /api/stacks/:stack/audit", { params: { stack: name } })).then((found) => {
      if (found) lines.value = found;
    });
  }, [name, stack.run.value?.id, stack.run.value?.endedAt]);
  const shown = lines.value?.filter((line) => Object.values(line).some((text) => String(text).toLowerCase().includes(find.toLowerCase())));
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
