import { useState } from "preact/hooks";
import type { HistoryRow, HistoryRun } from "../../api";
import { Age, renderTime } from "../parts/age";
import { Card } from "../parts/card";
import { ChangeList, renderChanges } from "../parts/change-list";
import { DiffLines } from "../parts/diff-lines";
import { FindHead } from "../parts/find-head";
import { Notice } from "../parts/notice";
import { goTo, linkTo, route } from "../state/page-route";
import { isActing, startRun, whyNoRun } from "../state/stack-acts";
import { stack } from "../state/stack-state";
import { useOfStack } from "../state/use-of-stack";
import { renderDuration } from "../text/render-age";

/** The runs so far, the newest first; one of them with its files; the way back to it. */
export function HistoryView() {
  const { run, find = "" } = route.value.query;
  // A run that has ended is a new row.
  const rows = useOfStack("GET /api/stacks/:stack/history", { also: [stack.run.value?.endedAt] });
  if (run !== undefined) return <Run key={run} run={Number(run)} />;
  const shown = rows?.filter((row) => matches(row, find));
  return (
    <>
      <FindHead title="History" label="find runs" placeholder="who, why, result" />
      {shown === undefined && <Notice kind="note">The history is being read…</Notice>}
      {shown?.length === 0 && <Notice kind="note">{find === "" ? "Nothing was run yet." : "No run is like that."}</Notice>}
      {shown && shown.length > 0 && (
        <ol class="runs" aria-label="runs">
          {shown.map((row) => (
            <Row key={`${row.run} ${row.startedAt}`} {...row} />
          ))}
        </ol>
      )}
    </>
  );
}

function matches({ kind, result, who, message }: HistoryRow, find: string): boolean {
  return [kind, result, who, message].some((text) => text.toLowerCase().includes(find.toLowerCase()));
}

const STYLES: Readonly<Record<string, string>> = {
  succeeded: "ok",
  failed: "down",
  cancelled: "degraded",
  running: "live",
  "cut off": "down",
};

function Row({ run, kind, result, who, message, startedAt, endedAt, changes, skippedHosts, backTo }: HistoryRow) {
  return (
    <li class="run-row">
      <span class="number run-number">{run === undefined ? "–" : <a href={linkTo("history", { run: String(run) })}>{run}</a>}</span>
      <span class={`tag tag-${STYLES[result] ?? "unknown"}`}>{result}</span>
      <span class="run-what">
        <b>{kind}</b>
        {backTo !== undefined && ` back to ${backTo}`} {message !== "" && <span>“{message}”</span>}
        <span class="soft">
          {" "}
          by {who}, {renderChanged(changes)}
          {skippedHosts !== "" && `, without ${skippedHosts}`}
        </span>
      </span>
      <span class="run-when">
        <Age at={startedAt} /> <span class="soft">took {renderDuration(endedAt - startedAt)}</span>
      </span>
    </li>
  );
}

/** `+2 ~1 −3`, as `ldms history` has it. */
function renderChanged(changes: Readonly<Record<string, number>>): string {
  const signs = { create: "+", update: "~", replace: "±", delete: "−" };
  const parts = Object.entries(signs).flatMap(([op, sign]) => (changes[op] ? `${sign}${changes[op]}` : []));
  return parts.length === 0 ? "no changes" : parts.join(" ");
}

function Run({ run }: { readonly run: number }) {
  const found = useOfStack("GET /api/stacks/:stack/history/:run", { params: { run } });
  return (
    <>
      <header class="view-head">
        <h1>
          <a href={linkTo("history")}>History</a> / run {run}
        </h1>
      </header>
      {found && <RunCards {...found} />}
    </>
  );
}

function RunCards(found: HistoryRun) {
  const { kind, result, who, message, startedAt, endedAt, changes, failures, files, entries, steps, images, run } = found;
  return (
    <>
      <Card title={`${kind}: ${result}`} aside={<Age at={startedAt} />}>
        <p>
          {message !== "" && <>“{message}”, </>}by {who} at {renderTime(startedAt)}, took {renderDuration(endedAt - startedAt)};{" "}
          {renderChanges(changes)}
        </p>
        {failures.map((failure) => (
          <pre key={failure} class="said">
            {failure}
          </pre>
        ))}
      </Card>
      {files.length > 0 && (
        <Card title="Files, against the run before it">
          {files.map(({ path, change, diff }) => (
            <details key={path} open={files.length < 4}>
              <summary>
                <code>{path}</code> is {change}
              </summary>
              {diff !== "" && <DiffLines diff={diff} label={`what changed in ${path}`} />}
            </details>
          ))}
        </Card>
      )}
      {entries.length > 0 && (
        <Card title="What it changed on the hosts">
          <ChangeList entries={entries} />
        </Card>
      )}
      {steps.length > 0 && (
        <Card title="Steps">
          <details>
            <summary>{steps.length} steps</summary>
            <pre class="said">{steps.join("\n")}</pre>
          </details>
          {images.length > 0 && <pre class="said">{images.join("\n")}</pre>}
        </Card>
      )}
      {run !== undefined && found.isCandidate && stack.role.value === "operator" && <RollBack run={run} />}
    </>
  );
}

/** A way back is a run of its own; the stack's name, typed, stands for a second look. */
function RollBack({ run }: { readonly run: number }) {
  const [typed, setTyped] = useState("");
  const why = whyNoRun.value;
  const name = stack.name.value ?? "";
  return (
    <Card title={`Go back to run ${run}`} style="card-confirm">
      <form
        class="confirm"
        onSubmit={async (event) => {
          event.preventDefault();
          if (await startRun({ kind: "rollback", run, confirm: typed })) goTo("deploy");
        }}
      >
        <p>
          A new run with the stack file, the files beside it and the images of run {run}, and with today's secrets. The stack file on the
          disk is then that of run {run}; today's is kept beside it.
        </p>
        <label>
          Type <code>{name}</code> to do it
          <input type="text" autocomplete="off" value={typed} onInput={(event) => setTyped(event.currentTarget.value)} />
        </label>
        <div class="confirm-acts">
          <button type="submit" class="button button-bad" disabled={typed !== name || why !== undefined || isActing.value} title={why}>
            Roll back to run {run}
          </button>
          {why !== undefined && <span class="soft">{why}</span>}
        </div>
      </form>
    </Card>
  );
}
