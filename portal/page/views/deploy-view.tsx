import { useEffect, useState } from "preact/hooks";
import type { PreviewView, RunView } from "../../api";
import { Age } from "../parts/age";
import { Card } from "../parts/card";
import { ChangeList, renderChanges } from "../parts/change-list";
import { FindingList } from "../parts/finding-list";
import { Notice } from "../parts/notice";
import { RunPanel } from "../parts/run-panel";
import { linkTo } from "../state/page-route";
import { isActing, startRun, whyNoRun } from "../state/stack-acts";
import { stack } from "../state/stack-state";
import { renderCount } from "../text/render-number";

/** Preview, look, deploy exactly that, watch: one page from top to bottom. */
export function DeployView() {
  const run = stack.run.value;
  const preview = stack.preview.value;
  const isLive = run !== undefined && run.endedAt === undefined;
  // A preview that is shown below says by itself how it ended.
  const isShownBelow = run !== undefined && run.id === preview?.id && run.result === "succeeded";
  return (
    <>
      <header class="view-head">
        <h1>Deploy</h1>
        <div class="view-acts">
          <RunButton isMain={preview === undefined}>{preview === undefined ? "Preview" : "Preview again"}</RunButton>
        </div>
      </header>
      {run !== undefined && !isShownBelow && (
        <Card title={isLive ? "The run under way" : "The last run"}>
          <RunPanel run={run} />
        </Card>
      )}
      {preview?.preview && !isLive && <Previewed run={preview} preview={preview.preview} />}
      {run === undefined && preview === undefined && (
        <Card title="Nothing previewed yet">
          <p>
            A preview says what a deployment would change on the hosts, and changes nothing. What you deploy then is exactly what you saw:
            if something changed meanwhile, nothing is done, and you see the new changes.
          </p>
        </Card>
      )}
    </>
  );
}

function RunButton({ isMain, children }: { readonly isMain: boolean; readonly children: string }) {
  const why = whyNoRun.value;
  if (stack.role.value !== "operator") return <span class="soft">{why}</span>;
  return (
    <button
      type="button"
      class={isMain ? "button button-main" : "button"}
      disabled={why !== undefined || isActing.value}
      title={why}
      onClick={() => void startRun({ kind: "preview" })}
    >
      {children}
    </button>
  );
}

function Previewed({ run, preview }: { readonly run: RunView; readonly preview: PreviewView }) {
  const { entries, changes, findings, digest } = preview;
  const isEmpty = entries.length === 0 && renderChanges(changes) === "nothing to do";
  return (
    <>
      <Card title="What a deployment would change" aside={<Age at={run.endedAt ?? run.startedAt} staleAfter={600} />}>
        <p class="totals">
          <b>{renderChanges(changes)}</b>
          {(changes["same"] ?? 0) > 0 && <span class="soft">, {renderCount(changes["same"] ?? 0)} stay as they are</span>}
        </p>
        {entries.length > 1 && (
          <p class="soft">
            <kbd>n</kbd> and <kbd>N</kbd> go from change to change.
          </p>
        )}
        <ChangeList entries={entries} />
        {findings.length > 0 && (
          <>
            <h3>What the rules say of it</h3>
            <FindingList findings={findings} />
          </>
        )}
      </Card>
      {!isEmpty && digest !== undefined && stack.role.value === "operator" && (
        <Confirm key={digest} digest={digest} changes={changes} entries={entries} />
      )}
      {!isEmpty && digest === undefined && (
        <Notice kind="warn">
          This engine does not say its steps, so that nobody could promise to deploy exactly this: use <code>ldms up</code> for it.
        </Notice>
      )}
    </>
  );
}

type ConfirmArgs = Pick<PreviewView, "changes" | "entries"> & { readonly digest: string };

/** In which a slip costs nothing. */
const GRACE_SECONDS = 5;

function Confirm({ digest, changes, entries }: ConfirmArgs) {
  const [message, setMessage] = useState("");
  const [left, setLeft] = useState<number>();
  const why = whyNoRun.value;
  const isGrave = entries.some(({ op }) => op === "delete" || op === "replace");
  const deploy = () => void startRun({ kind: "up", expect: digest, ...(message.trim() !== "" && { message: message.trim() }) });

  useEffect(() => {
    if (left === undefined) return;
    if (left > 0) {
      const timer = setTimeout(() => setLeft(left - 1), 1000);
      return () => clearTimeout(timer);
    }
    setLeft(undefined);
    deploy();
    return undefined;
  }, [left]);

  return (
    <Card title="Deploy exactly this" style="card-confirm">
      <form
        class="confirm"
        onSubmit={(event) => {
          event.preventDefault();
          if (isGrave) setLeft(GRACE_SECONDS);
          else deploy();
        }}
      >
        <label>
          Why, for the history
          <input
            type="text"
            maxLength={500}
            value={message}
            onInput={(event) => setMessage(event.currentTarget.value)}
            placeholder="new sampler on the GPU hosts"
          />
        </label>
        <div class="confirm-acts">
          {left === undefined ? (
            <button
              type="submit"
              class={isGrave ? "button button-bad" : "button button-main"}
              disabled={why !== undefined || isActing.value}
              title={why}
            >
              Deploy: {renderChanges(changes)}
            </button>
          ) : (
            <button type="button" class="button" onClick={() => setLeft(undefined)}>
              Stop: begins in {left} s
            </button>
          )}
          <span class="soft">
            {why ??
              (isGrave ? "Containers that are replaced or deleted stop for a moment, or for good." : "Nothing is replaced or deleted.")}
          </span>
        </div>
        <p class="soft digest">
          Agreed to: <code>{digest.slice(0, 23)}…</code> If the stack file, the state or an image changes before, nothing is deployed. It
          can be rolled back in the <a href={linkTo("history")}>history</a>.
        </p>
      </form>
    </Card>
  );
}
