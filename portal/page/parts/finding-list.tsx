import type { Finding } from "../../api";
import { Words } from "./words";

interface FindingListArgs {
  readonly findings: readonly Finding[];
}

/** Rules with what breaks them and what mends it; those that are let pass come last, with the reason. */
export function FindingList({ findings }: FindingListArgs) {
  return (
    <ul class="findings">
      {groupByRule(findings).map((group) => (
        <li key={keyOf(group[0]!)} class="finding">
          <p class="finding-head">
            <Severity {...group[0]!} />
            <b>{group[0]!.rule}</b>
          </p>
          <ul>
            {group.map(({ message, hosts }) => (
              <li key={`${message} ${hosts}`}>
                {hosts !== "" && <code class="hosts">{hosts}: </code>}
                <Words text={message} />
              </li>
            ))}
          </ul>
          <Remedy {...group[0]!} />
        </li>
      ))}
    </ul>
  );
}

function Severity({ severity, enforcement, waived }: Finding) {
  if (waived) return <span class="tag">waived</span>;
  const style = enforcement === "mandatory" ? "down" : severity === "low" ? "unknown" : "degraded";
  return <span class={`tag tag-${style}`}>{enforcement === "mandatory" ? `${severity}, must be mended` : severity}</span>;
}

function Remedy({ help, waived }: Finding) {
  if (!waived)
    return (
      <p class="help-line">
        <Words text={help} />
      </p>
    );
  return (
    <p class="help-line">
      {waived.until === undefined ? "by design" : `until ${waived.until}`}: {waived.reason}
    </p>
  );
}

const GRAVITY = ["critical", "high", "medium", "low"];

function rankOf({ severity, enforcement, waived }: Finding): number {
  return (waived ? 100 : 0) + (enforcement === "mandatory" ? 0 : 10) + GRAVITY.indexOf(severity);
}

const keyOf = ({ rule, help, waived }: Finding) => `${rule}\n${waived ? waived.reason : help}`;

function groupByRule(findings: readonly Finding[]): readonly (readonly Finding[])[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const group = groups.get(keyOf(finding)) ?? [];
    groups.set(keyOf(finding), group);
    group.push(finding);
  }
  return [...groups.values()].sort(([a], [b]) => rankOf(a!) - rankOf(b!));
}
