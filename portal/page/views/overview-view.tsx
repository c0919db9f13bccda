import type { CauseView, LookFacts, StorePlot, StoreView } from "../../api";
import { Age } from "../parts/age";
import { Card } from "../parts/card";
import { GroupPicture } from "../parts/group-picture";
import { Notice } from "../parts/notice";
import { SparkPlot } from "../parts/spark-plot";
import { STATES, StateMark } from "../parts/state-mark";
import { Words } from "../parts/words";
import { LETTERS } from "../state/host-columns";
import { linkTo } from "../state/page-route";
import { isActing, lookNow } from "../state/stack-acts";
import { hosts, hostsVersion, stack } from "../state/stack-state";
import { renderAge, renderDuration } from "../text/render-age";
import { renderCount, renderCountOf, renderRate } from "../text/render-number";

/** Is all well, and if not, what first. */
export function OverviewView() {
  const { look, data, drift, groups, edges, notes, periods, services } = stack;
  return (
    <>
      <header class="view-head">
        <h1>{stack.name.value}</h1>
        <div class="view-acts">
          <button type="button" class="button" disabled={isActing.value} onClick={() => void lookNow("status")}>
            Look now
          </button>
        </div>
      </header>
      <Headline look={look.value} />
      <div class="tiles">
        {LETTERS.map((letter, rank) => (
          <Tile key={letter} letter={letter} count={countOf(rank)} />
        ))}
        <a class="tile" href={linkTo("drift")}>
          <span class="tile-number number">{drift.value === undefined ? "–" : renderCount(drift.value.differences.length)}</span>
          <span class="tile-name">drift {drift.value && <Age at={drift.value.lookedAt} staleAfter={3 * periods.value.drift} />}</span>
        </a>
      </div>
      <div class="pair">
        {look.value && look.value.causes.length > 0 && <Troubles look={look.value} />}
        {data.value && data.value.causes.length > 0 && <BrokenLinks causes={data.value.causes} at={data.value.lookedAt} />}
      </div>
      <Card title="Groups" aside={look.value && <Age at={look.value.lookedAt} staleAfter={3 * periods.value.status} />}>
        <GroupPicture groups={groups.value} edges={edges.value} />
        {notes.value.map((note) => (
          <p key={note} class="soft">
            {note}
          </p>
        ))}
      </Card>
      <Stores />
      {services.value.length > 0 && <Services />}
    </>
  );
}

function countOf(rank: number): number {
  hostsVersion.value;
  return hosts.value.counts()[rank]!;
}

function Headline({ look }: { readonly look: LookFacts | undefined }) {
  if (look === undefined) return <Notice kind="note">The hosts are being asked for the first time…</Notice>;
  const all = hosts.value.size;
  const not = all - look.wellHosts;
  return (
    <p class={not === 0 ? "headline headline-ok" : "headline headline-not"}>
      <StateMark letter={not === 0 ? "o" : "d"} />
      <span>
        <b>{not === 0 ? "All is well" : `${renderCountOf(not, "host")} not well`}</b>
        <span class="soft">
          {" "}
          of {renderCountOf(all, "host")};{" "}
          {look.askedHosts < all && <>{renderCount(look.askedHosts)} asked, of the others their aggregators tell; </>}
          looked <Age at={look.lookedAt} staleAfter={3 * stack.periods.value.status} />{" "}
          <span class="duration">in {renderDuration(look.tookSeconds)}</span>
        </span>
      </span>
      {look.fault !== undefined && <span class="text-down">This time nobody could be asked: {look.fault}</span>}
    </p>
  );
}

function Tile({ letter, count }: { readonly letter: keyof typeof STATES; readonly count: number }) {
  const { word, style } = STATES[letter];
  return (
    <a class={count > 0 ? `tile tile-${style}` : "tile"} href={linkTo("hosts", { state: letter })}>
      <span class="tile-number number">
        <StateMark letter={letter} />
        {renderCount(count)}
      </span>
      <span class="tile-name">{word}</span>
    </a>
  );
}

const MOST_CAUSES = 8;

function Troubles({ look }: { readonly look: LookFacts }) {
  const shown = look.causes.slice(0, MOST_CAUSES);
  return (
    <Card title="What is not well" aside={<Age at={look.lookedAt} />}>
      <ul class="lines">
        {shown.map(({ text, hosts: folded, count, isNote }) => (
          <li key={`${text} ${folded}`} class="line-row">
            <span class={isNote ? "tag" : "tag tag-degraded"}>{renderCountOf(count, "host")}</span>
            <span>
              <Words text={text} />
            </span>
            <a class="hosts mono" href={linkTo("hosts", { find: folded })}>
              {folded}
            </a>
          </li>
        ))}
      </ul>
      {look.causes.length > shown.length && <p class="soft">and {renderCountOf(look.causes.length - shown.length, "more cause")}</p>}
    </Card>
  );
}

function BrokenLinks({ causes, at }: { readonly causes: readonly CauseView[]; readonly at: number }) {
  return (
    <Card title="Where data stops" aside={<Age at={at} staleAfter={3 * stack.periods.value.data} />}>
      <ul class="lines">
        {causes.map(({ link, container, hosts: folded, samplers, message, help }) => (
          <li key={`${link} ${folded} ${message}`} class="line-row">
            <span class="tag tag-down">{link}</span>
            <span>
              {container !== undefined && <code>{container} </code>}
              <Words text={message} />
              {samplers > 0 && <span class="soft"> ({renderCountOf(samplers, "sampler")} behind it)</span>}
              <span class="help-line">
                <Words text={help} />
              </span>
            </span>
            <a class="hosts mono" href={linkTo("hosts", { find: folded })}>
              {folded}
            </a>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Stores() {
  const data = stack.data.value;
  if (data === undefined) return null;
  const plotOf = new Map(stack.plots.value.map((plot) => [plot.store, plot]));
  return (
    <Card title="Stores" aside={<Age at={data.lookedAt} staleAfter={3 * stack.periods.value.data} />}>
      {data.fault !== undefined && <Notice kind="bad">This time the stores could not be read: {data.fault}</Notice>}
      <div class="stores">
        {data.stores.map((store) => (
          <Store key={store.store} {...store} plot={plotOf.get(store.store)} />
        ))}
      </div>
      {data.unread.length > 0 && <p class="soft">not read: {data.unread.join(", ")}</p>}
      {data.handedOver.length > 0 && <p class="soft">handed over: {data.handedOver.join(", ")}</p>}
    </Card>
  );
}

const known = (values: readonly (number | null)[] = []) => values.filter((value) => value !== null);

function Store({
  store,
  hosts: on,
  present,
  missing,
  missingHosts,
  newestAgeSeconds,
  rowsPerSecond,
  faults,
  plot,
}: StoreView & { readonly plot: StorePlot | undefined }) {
  return (
    <article class="store">
      <h3>
        {store} <span class="soft">on {on}</span>
      </h3>
      <p class={missing > 0 ? "text-down" : "text-ok"}>
        {missing > 0 ? `✕ ${renderCountOf(missing, "sampler")} missing: ` : `✓ ${renderCountOf(present, "sampler")} fresh`}
        {missing > 0 && <code>{missingHosts}</code>}
      </p>
      <div class="plots">
        <figure>
          <figcaption>
            <b class="number">{rowsPerSecond === undefined ? "–" : renderRate(rowsPerSecond)}</b> rows a second
          </figcaption>
          <SparkPlot values={known(plot?.rowsPerSecond)} label={`rows a second of ${store}`} render={renderRate} />
        </figure>
        <figure>
          <figcaption>
            newest row <b class="number">{newestAgeSeconds === undefined ? "–" : renderAge(newestAgeSeconds)}</b> old
          </figcaption>
          <SparkPlot values={known(plot?.newestAgeSeconds)} label={`age of the newest row of ${store}`} render={renderAge} />
        </figure>
      </div>
      {faults.map((fault) => (
        <p key={fault} class="text-down">
          <Words text={fault} />
        </p>
      ))}
    </article>
  );
}

/** A word of the server's becomes a link only where it is an address of the web. */
const WEB = /^https?:\/\//;
const NAMES = { grafana: "Grafana", ui: "LDMS UI" } as const;

function Services() {
  return (
    <Card title="Pages of this stack">
      <ul class="lines">
        {stack.services.value.map(({ service, url, tunnel }) => (
          <li key={service} class="line-row">
            <b>{NAMES[service]}</b>
            <span>
              {url !== undefined && WEB.test(url) ? (
                <a href={url} target="_blank" rel="noopener noreferrer">
                  {url}
                </a>
              ) : (
                <span class="soft">only from its own host; from a terminal:</span>
              )}
            </span>
            <code class="hosts">{tunnel}</code>
          </li>
        ))}
      </ul>
    </Card>
  );
}
