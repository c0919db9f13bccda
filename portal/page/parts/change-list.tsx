import type { PreviewEntry } from "../../api";
import { renderCount, renderCountOf } from "../text/render-number";
import { DiffLines } from "./diff-lines";
import { Words } from "./words";

const SIGNS: Readonly<Record<PreviewEntry["op"], string>> = { delete: "−", replace: "±", update: "~", create: "+" };

interface ChangeListArgs {
  readonly entries: readonly PreviewEntry[];
}

/** One entry a change, with its hosts folded; what takes something away stands first and is open. */
export function ChangeList({ entries }: ChangeListArgs) {
  return (
    <ol class="changes" aria-label="changes">
      {entries.map((entry) => (
        <Change key={`${entry.op} ${entry.what} ${entry.name} ${entry.hosts}`} {...entry} />
      ))}
    </ol>
  );
}

/** Longer ones are opened by hand. */
const MOST_OPEN_LINES = 24;

function Change({ op, what, name, hosts, count, diff, notes, restarts }: PreviewEntry) {
  const isGrave = op === "delete" || op === "replace";
  const hasMore = diff !== "" || notes.length > 0;
  const line = (
    <>
      <span class={`op op-${op}`} aria-hidden="true">
        {SIGNS[op]}
      </span>
      <span class="change-what">
        <b>{op}</b> {what} <code>{name}</code>
        {hosts !== "" && (
          <>
            {" on "}
            <code>{hosts}</code>
          </>
        )}
      </span>
      {count > 1 && <span class="soft number">{renderCountOf(count, "host")}</span>}
      {restarts !== undefined && <span class="tag tag-degraded">restarts {restarts}</span>}
    </>
  );
  if (!hasMore)
    return (
      <li class={`change change-${op}`} tabIndex={-1}>
        <div class="change-head">{line}</div>
      </li>
    );
  return (
    <li class={`change change-${op}`} tabIndex={-1}>
      <details open={isGrave || diff.split("\n").length <= MOST_OPEN_LINES}>
        <summary class="change-head">{line}</summary>
        {notes.map((note) => (
          <p key={note} class="change-note">
            <Words text={note} />
          </p>
        ))}
        {diff !== "" && <DiffLines diff={diff} label={`what changes in ${name}`} />}
      </details>
    </li>
  );
}

/** `2 to delete, 1 to replace, 4 to update`; by Pulumi's words for what it counts. */
export function renderChanges(changes: Readonly<Record<string, number>>): string {
  const order = ["delete", "replace", "update", "create"];
  const parts = order.flatMap((op) => (changes[op] ? `${renderCount(changes[op])} to ${op}` : []));
  return parts.length === 0 ? "nothing to do" : parts.join(", ");
}

/** The next or the last change before the one that has the focus. */
export function stepChange(by: 1 | -1): void {
  const all = [...document.querySelectorAll<HTMLElement>(".change")];
  const at = all.findIndex((one) => one.contains(document.activeElement));
  const next = all[at === -1 ? (by === 1 ? 0 : all.length - 1) : at + by];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}
