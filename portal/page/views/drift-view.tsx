import type { DriftView as Drift, DriftLine } from "../../api";
import { Age } from "../parts/age";
import { Card } from "../parts/card";
import { Notice } from "../parts/notice";
import { Words } from "../parts/words";
import { goTo } from "../state/page-route";
import { isActing, lookNow, startRun, whyNoRun } from "../state/stack-acts";
import { stack } from "../state/stack-state";
import { renderAge, renderDuration } from "../text/render-age";
import { renderCount, renderCountOf } from "../text/render-number";

/** Which one of the three has it otherwise than the other two. */
const DIFFERS: Readonly<Record<DriftLine["differs"], string>> = {
  host: "changed on the host",
  "stack-file": "changed in the stack file",
  state: "not known to the state",
  all: "all three differ",
  unknown: "no state is known",
};

/** What was changed on the hosts by hand, or got lost there. */
export function DriftView() {
  const drift = stack.drift.value;
  const period = stack.periods.value.drift;
  return (
    <>
      <header class="view-head">
        <h1>Drift</h1>
        <div class="view-acts">
          <button type="button" class="button" disabled={isActing.value} onClick={() => void lookNow("drift")}>
            Look now
          </button>
        </div>
      </header>
      <p class="soft">
        Where the hosts differ from the stack file as it was deployed{period > 0 && <>; looked for every {renderAge(period)}</>}.
      </p>
      {drift === undefined ? (
        <Notice kind="note">Nobody has looked yet.</Notice>
      ) : (
        <Card
          title={titleOf(drift)}
          aside={
            <>
              <Age at={drift.lookedAt} staleAfter={3 * period} /> <span class="soft">in {renderDuration(drift.tookSeconds)}</span>
            </>
          }
        >
          {drift.fault !== undefined && <Notice kind="bad">{drift.fault}</Notice>}
          <p>
            {renderCountOf(drift.answered, "host")} answered, on {renderCount(drift.asPlanned)} of them nothing differs.
          </p>
          <ul class="lines">
            {drift.differences.map(({ kind, subject, message, hosts, differs, mend }) => (
              <li key={`${kind} ${subject} ${message} ${hosts}`} class="line-row">
                <span class="tag">{kind}</span>
                <span>
                  <code>{subject}</code> <Words text={message} /> <span class="soft">({DIFFERS[differs]})</span>
                  <span class="help-line">
                    <Words text={mend} />
                  </span>
                </span>
                <code class="hosts">{hosts}</code>
              </li>
            ))}
            {drift.unknown.map(({ hosts, message }) => (
              <li key={`${message} ${hosts}`} class="line-row">
                <span class="tag tag-unknown">unknown</span>
                <span>
                  <Words text={message} />
                </span>
                <code class="hosts">{hosts}</code>
              </li>
            ))}
          </ul>
          {drift.differences.length > 0 && <Mend />}
        </Card>
      )}
    </>
  );
}

function titleOf({ answered, differences }: Drift): string {
  if (answered === 0) return "No host answered";
  return differences.length === 0 ? "Nothing differs" : renderCountOf(differences.length, "difference");
}

function Mend() {
  const why = whyNoRun.value;
  if (stack.role.value !== "operator") return <p class="soft">{why}</p>;
  return (
    <div class="confirm-acts">
      <button
        type="button"
        class="button button-main"
        disabled={why !== undefined || isActing.value}
        title={why}
        onClick={async () => {
          if (await startRun({ kind: "refresh" })) goTo("deploy");
        }}
      >
        Read it into the state
      </button>
      <span class="soft">Changes no host. The next preview then says what brings the hosts back to the stack file.</span>
    </div>
  );
}
