import { useEffect, useRef, useState } from "preact/hooks";
import type { EdgeRow, GroupRow, HostLetter } from "../../api";
import { LETTERS } from "../state/host-columns";
import { linkTo } from "../state/page-route";
import { renderCount, renderCountOf } from "../text/render-number";
import { edgeWords, isEdgeBroken } from "./edge-words";
import { BOX_HEIGHT, type GroupBox, type GroupLine, layGroups } from "./group-layout";
import { STATES, StateMark } from "./state-mark";

interface GroupPictureArgs {
  readonly groups: readonly GroupRow[];
  readonly edges: readonly EdgeRow[];
}

/** The groups of daemons and what flows between them: one box a group, however many hosts it has. */
export function GroupPicture({ groups, edges }: GroupPictureArgs) {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry!.contentRect.width)));
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, []);
  const { boxes, lines, boxWidth, height, leftOut } = layGroups(groups, edges, width);
  return (
    <div ref={box} class="picture">
      {width > 0 && (
        <svg viewBox={`-2 -2 ${width + 4} ${height + 4}`} width={width} height={height + 4} aria-label="groups of daemons">
          {lines.map((line) => (
            <Line key={`${line.edge.from} ${line.edge.to} ${line.edge.kind}`} {...line} />
          ))}
          {boxes.map((one) => (
            <Box key={one.group.id} {...one} width={boxWidth} />
          ))}
        </svg>
      )}
      <Beside groups={groups.filter(({ column }) => column < 0)} />
      {leftOut > 0 && <p class="soft">{renderCountOf(leftOut, "group")} without trouble left out: the host view has all</p>}
    </div>
  );
}

/** What no data flows through: maestro, dsosd, what nobody planned. */
function Beside({ groups }: Pick<GroupPictureArgs, "groups">) {
  if (groups.length === 0) return null;
  return (
    <ul class="beside">
      {groups.map(({ id, name, hosts, counts }) => (
        <li key={id}>
          <a href={linkTo("hosts", { group: id })} class="chip">
            <StateMark letter={worstOf(counts)} />
            {name}{" "}
            <span class="soft">
              on {hosts}: {wordsOf(counts)}
            </span>
          </a>
        </li>
      ))}
    </ul>
  );
}

/** As many hosts as fit are said, the rest is cut off. */
const LETTER_PX = 7;

function Box({ group, x, y, width }: GroupBox & { readonly width: number }) {
  const { id, kind, name, hosts, daemons, facts, counts } = group;
  const cut = (text: string, px = LETTER_PX) => {
    const most = Math.floor((width - 24) / px);
    return text.length > most ? `${text.slice(0, most - 1)}…` : text;
  };
  const worst = worstOf(counts);
  const isOne = kind === "store" || kind === "ui" || kind === "grafana";
  const words = wordsOf(counts);
  return (
    <a href={linkTo("hosts", { group: id })} class="box-link">
      <g transform={`translate(${x} ${y})`}>
        <title>{[`${name}: ${renderCountOf(daemons, "daemon")} on ${hosts}`, ...facts, words].join("\n")}</title>
        <rect class={`box box-${STATES[worst].style}`} width={width} height={BOX_HEIGHT} rx={kind === "store" ? 22 : 8} />
        <text class="box-title" x="12" y="22">
          {cut(name, 8)}
        </text>
        <text class="box-line" x="12" y="40">
          {cut(isOne ? `on ${hosts}` : `${renderCount(daemons)} on ${hosts}`)}
        </text>
        <text class="box-line" x="12" y="56">
          {cut(facts[0] ?? "")}
        </text>
        <Bar counts={counts} width={width - 24} />
        <text class={`box-state text-fill-${STATES[worst].style}`} x="12" y="84">
          {cut(words)}
        </text>
      </g>
    </a>
  );
}

function Bar({ counts, width }: { readonly counts: GroupRow["counts"]; readonly width: number }) {
  const all = LETTERS.reduce((sum, letter) => sum + counts[letter], 0);
  let x = 12;
  return (
    <g>
      <rect class="bar-ground" x="12" y="64" width={width} height="5" rx="2.5" />
      {LETTERS.map((letter) => {
        // One of ten thousand is seen, too.
        const part = counts[letter] === 0 ? 0 : Math.max(4, (width * counts[letter]) / all);
        const left = x;
        x += part;
        const end = Math.min(12 + width, left + part);
        return (
          part > 0 && <rect key={letter} class={`bar-${STATES[letter].style}`} x={left} y="64" width={Math.max(0, end - left)} height="5" />
        );
      })}
    </g>
  );
}

function Line({ edge, path, x, y }: GroupLine) {
  const isBroken = isEdgeBroken(edge);
  const [count, pace] = edgeWords(edge);
  return (
    <g class={isBroken ? "line line-broken" : "line"}>
      <path d={path} />
      <text x={x} y={y - 5}>
        {count}
      </text>
      <text x={x} y={y + 13}>
        {pace}
      </text>
    </g>
  );
}

function worstOf(counts: GroupRow["counts"]): HostLetter {
  return LETTERS.find((letter) => counts[letter] > 0) ?? "u";
}

/** `9,998 well`, `1 down, 3 unknown, 9,996 well` */
function wordsOf(counts: GroupRow["counts"]): string {
  const parts = LETTERS.flatMap((letter) => (counts[letter] > 0 ? `${renderCount(counts[letter])} ${STATES[letter].word}` : []));
  return parts.length === 0 ? "not looked yet" : parts.join(", ");
}
