import { useEffect, useState } from "preact/hooks";
import { Age } from "../parts/age";
import { HostMap } from "../parts/host-map";
import { HostPanel } from "../parts/host-panel";
import { STATES, StateMark, StateWord } from "../parts/state-mark";
import { VirtualTable } from "../parts/virtual-table";
import { Words } from "../parts/words";
import { LETTERS } from "../state/host-columns";
import { route, setQuery } from "../state/page-route";
import { hostChoice, shownHosts } from "../state/shown-hosts";
import { hosts, hostsVersion, stack } from "../state/stack-state";
import { shownTheme } from "../state/theme";
import { renderCount, renderCountOf } from "../text/render-number";

const COLUMNS = [
  { title: "State", width: "112px" },
  { title: "Host", width: "minmax(110px, 1fr)" },
  { title: "Group", width: "minmax(90px, 0.7fr)", isExtra: true },
  { title: "What is said of it", width: "minmax(120px, 2.6fr)", isExtra: true },
  { title: "Seen", width: "96px" },
] as const;

/** Every host: the map to see, the table to read, both with the same cursor. */
export function HostsView() {
  hostsVersion.value;
  const table = hosts.value;
  const shown = shownHosts.value;
  const [chosen, setCursor] = useState(0);
  const cursor = Math.max(0, Math.min(chosen, shown.length - 1));
  const open = (place: number) => setQuery({ host: table.names[shown[place]!] ?? "" });
  const ranks = Uint8Array.from(shown, (host) => table.ranks[host]!);
  const under = shown[cursor];
  const period = stack.periods.value.status;
  const opened = route.value.query["host"];
  return (
    <>
      <header class="view-head">
        <h1>Hosts</h1>
        <div class="view-acts soft number" aria-live="polite">
          {renderCount(shown.length)} of {renderCountOf(table.size, "host")}
        </div>
      </header>
      <Filters />
      <div class={opened ? "host-split host-split-open" : "host-split"}>
        <div class="host-all">
          {shown.length === 0 ? (
            <p class="empty">No host is like that.</p>
          ) : (
            <HostMap
              ranks={ranks}
              nameOf={(place) => table.names[shown[place]!] ?? ""}
              summary={summaryOf(ranks)}
              cursor={cursor}
              onCursor={setCursor}
              onOpen={open}
              theme={shownTheme.value}
            />
          )}
          {under !== undefined && (
            <p class="under">
              <StateWord letter={LETTERS[table.ranks[under]!]!} /> <b class="mono">{table.names[under]}</b>{" "}
              <span class="soft">
                <Words text={table.reasons[under]!} />
              </span>{" "}
              <Age at={table.seen[under]!} staleAfter={3 * period} />
            </p>
          )}
          <VirtualTable
            label="hosts"
            columns={COLUMNS}
            count={shown.length}
            cursor={cursor}
            onCursor={setCursor}
            onOpen={open}
            keyOf={(row) => shown[row]!}
            cells={(row) => {
              const host = shown[row]!;
              return [
                <StateWord key="state" letter={LETTERS[table.ranks[host]!]!} />,
                <span key="host" class="mono">
                  {table.names[host]}
                </span>,
                stack.groups.value[table.groups[host]!]?.name ?? "",
                <Words key="reason" text={table.reasons[host]!} />,
                <Age key="seen" at={table.seen[host]!} staleAfter={3 * period} />,
              ];
            }}
          />
        </div>
        {opened && <HostPanel key={opened} host={opened} onClose={() => setQuery({ host: "" })} />}
      </div>
    </>
  );
}

function Filters() {
  const { letters, text, group, order } = hostChoice.value;
  const counts = hosts.value.counts();
  const groups = stack.groups.value;
  const [typed, setTyped] = useState(text);
  useEffect(() => setTyped(text), [text]);
  // Each letter typed is not worth ten thousand names.
  useEffect(() => {
    const timer = setTimeout(() => typed !== text && setQuery({ find: typed }), 150);
    return () => clearTimeout(timer);
  }, [typed, text]);
  return (
    <search class="filters">
      <input
        id="find-host"
        type="search"
        aria-label="find hosts by name, hostlist or what is said of them"
        placeholder="n[0001-0100], or a word"
        value={typed}
        onInput={(event) => setTyped(event.currentTarget.value)}
        onKeyDown={(event) => event.key === "Escape" && setTyped("")}
      />
      <fieldset class="chips">
        <legend class="unseen">states that are shown</legend>
        {LETTERS.map((letter, rank) => (
          <label key={letter} class="chip">
            <input
              type="checkbox"
              checked={letters.includes(letter)}
              onChange={() => setQuery({ state: letters.includes(letter) ? letters.replace(letter, "") : letters + letter })}
            />
            <StateMark letter={letter} />
            {STATES[letter].word} <span class="number">{renderCount(counts[rank]!)}</span>
          </label>
        ))}
      </fieldset>
      <select
        aria-label="group"
        value={group === undefined ? "" : (groups[group]?.id ?? "")}
        onChange={(event) => setQuery({ group: event.currentTarget.value })}
      >
        <option value="">all groups</option>
        {groups.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
      <select aria-label="order" value={order} onChange={(event) => setQuery({ order: event.currentTarget.value })}>
        <option value="worst">the worst first</option>
        <option value="name">as in the stack file</option>
      </select>
    </search>
  );
}

function summaryOf(ranks: Uint8Array): string {
  const counts = LETTERS.map(() => 0);
  for (const rank of ranks) counts[rank]!++;
  const parts = LETTERS.flatMap((letter, rank) => (counts[rank]! > 0 ? `${renderCount(counts[rank]!)} ${STATES[letter].word}` : []));
  return `${renderCountOf(ranks.length, "host")}: ${parts.join(", ")}. The table below says the same of each.`;
}
