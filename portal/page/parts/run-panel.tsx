import type { RunPhase, RunView } from "../../api";
import { now } from "../state/clock";
import { cancelRun, isActing } from "../state/stack-acts";
import { stack } from "../state/stack-state";
import { renderDuration } from "../text/render-age";
import { renderCount, renderCountOf } from "../text/render-number";
import { Age } from "./age";
import { Notice } from "./notice";

const PHASES: readonly { readonly phase: RunPhase; readonly word: string }[] = [
  { phase: "looking", word: "Look at hosts" },
  { phase: "previewing", word: "Preview" },
  { phase: "running", word: "Deploy" },
  { phase: "waiting", word: "Wait for data" },
];

interface RunPanelArgs {
  readonly run: RunView;
}

/** One run, live or as it ended: its phase, a bar a group, what failed with the hosts folded. */
export function RunPanel({ run }: RunPanelArgs) {
  const { kind, by, message, startedAt, endedAt, phase, progress, failures, messages, skippedHosts } = run;
  const isLive = endedAt === undefined;
  return (
    <div class="run">
      <p class="run-head">
        <RunResult {...run} />
        <span class="soft">
          {kind} by {by},{" "}
          {isLive ? (
            <>
              for <Elapsed from={startedAt} />
            </>
          ) : (
            <>
              took {renderDuration(endedAt - startedAt)}, ended <Age at={endedAt} />
            </>
          )}
        </span>
        {isLive && <CancelButton {...run} />}
      </p>
      {message !== undefined && message !== "" && <p class="run-message">“{message}”</p>}
      {isLive && <Phases phase={phase} phases={kind === "preview" ? PHASES.slice(0, 2) : PHASES} />}
      {progress.length > 0 && (kind !== "preview" || failures.length > 0) && <Progress progress={progress} isLive={isLive} />}
      {failures.length > 0 && (
        <div class="failures">
          <h3>{renderCountOf(failures.length, "cause")} of failure</h3>
          <ul>
            {failures.map(({ hosts, count, text }) => (
              <li key={`${hosts} ${text}`}>
                {hosts !== "" && (
                  <p>
                    <code>{hosts}</code> {count > 1 && <span class="soft">({renderCountOf(count, "host")})</span>}
                  </p>
                )}
                <pre class="said">{text}</pre>
              </li>
            ))}
          </ul>
        </div>
      )}
      {skippedHosts !== "" && (
        <Notice kind="warn">
          Left out, since they do not answer: <code>{skippedHosts}</code>
        </Notice>
      )}
      {messages.length > 0 && <pre class="said">{messages.join("\n")}</pre>}
    </div>
  );
}

const RESULTS = {
  succeeded: { word: "Succeeded", style: "ok" },
  failed: { word: "Failed", style: "down" },
  cancelled: { word: "Cancelled", style: "degraded" },
  "plan-changed": { word: "Not begun: the plan has changed", style: "degraded" },
  "cut off": { word: "Cut off", style: "down" },
} as const;

function RunResult({ result, isCancelling, phase }: RunView) {
  if (result === undefined)
    return <b class="tag tag-live">{isCancelling ? "Ending what is under way" : phase === "starting" ? "Begins" : "Under way"}</b>;
  const { word, style } = RESULTS[result];
  return <b class={`tag tag-${style}`}>{word}</b>;
}

function Elapsed({ from }: { readonly from: number }) {
  return <span class="number">{renderDuration(Math.max(0, now.value - from))}</span>;
}

function CancelButton({ id, isCancelling }: RunView) {
  if (stack.role.value !== "operator") return null;
  return (
    <button type="button" class="button button-bad" disabled={isCancelling || isActing.value} onClick={() => void cancelRun(id)}>
      {isCancelling ? "Cancelling…" : "Cancel"}
    </button>
  );
}

function Phases({ phase, phases }: { readonly phase: RunPhase; readonly phases: typeof PHASES }) {
  const at = phases.findIndex((one) => one.phase === phase);
  return (
    <ol class="phases">
      {phases.map(({ phase: own, word }, i) => (
        <li
          key={own}
          class={i < at ? "phase phase-done" : i === at ? "phase phase-now" : "phase"}
          {...(i === at && { "aria-current": "step" })}
        >
          {word}
        </li>
      ))}
    </ol>
  );
}

function Progress({ progress, isLive }: Pick<RunView, "progress"> & { readonly isLive: boolean }) {
  const names = new Map(stack.groups.value.map(({ id, name }) => [id, name]));
  return (
    <ul class="progress">
      {progress.map(({ group, wanted, done, failed }) => {
        const name = names.get(group) ?? group;
        return (
          <li key={group}>
            <span class="progress-name">{name}</span>
            <progress
              max={Math.max(1, wanted)}
              value={done + failed}
              aria-label={`${name}: ${done} of ${wanted}`}
              class={failed > 0 ? "has-failed" : ""}
              style={{ "--failed": `${(100 * failed) / Math.max(1, done + failed)}%` }}
            />
            <span class="number">
              {renderCount(done)} of {renderCount(wanted)}
            </span>
            <span class={failed > 0 ? "number text-down" : "soft"}>
              {failed > 0 ? `✕ ${renderCount(failed)} failed` : isLive || done < wanted ? "" : "✓"}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
