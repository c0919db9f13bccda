import { foldHosts } from "../../plan/hostlist/fold";
import { countOf } from "../../plan/text/text";
import { isAllWell, renderExternalGroups } from "../observe/status";
import { renderProgress } from "../upgrade/upgrade-words";
import type { StackLook } from "./look-at-stack";
import { type RoleSummary, type StatusSummary, summarize } from "./summarize";

/** What is shown at the most; with the heading, the roles and the last line it is 24 lines. */
const MOST_CAUSES = 12;
const MOST_GROUPS = 2;

const COLUMNS: readonly (readonly [title: string, cell: (role: RoleSummary) => string, isNumber: boolean])[] = [
  ["role", ({ role }) => role, false],
  ["wanted", ({ wanted }) => count(wanted), true],
  ["well", ({ well }) => count(well), true],
  ["not", ({ wanted, well }) => (wanted === well ? "" : count(wanted - well)), true],
  ["restarts", ({ restarts }) => count(restarts), true],
  ["age", ({ ageSeconds }) => `${Math.round(ageSeconds)} s`, true],
  ["image", ({ images, otherImages }) => `${nameImages(images)}${otherImages > 0 ? `, ${count(otherImages)} others` : ""}`, false],
];

/** The screen of `ldms status`: counts by role, a line a cause with its hosts folded, no host that is well. */
export function renderLook(look: StackLook, nowMs: number): string {
  const ageSeconds = Math.max(0, (nowMs - Date.parse(look.lookedAt)) / 1000);
  const summary = summarize(look, ageSeconds);
  const { causes } = summary;
  const upgrade = look.upgrade ? renderProgress(look.upgrade, look.stack) : [];
  const most = MOST_CAUSES - upgrade.length;
  const shown = causes.slice(0, causes.length > most ? most - 1 : most);
  const rest = causes.slice(shown.length);
  const groups = renderExternalGroups(look);
  return [
    renderHead(look, summary),
    ...renderRoles(summary.roles),
    ...upgrade,
    ...shown.map(({ text, hosts }) => `${foldShortly(hosts)}: ${text}`),
    ...(rest.length > 0
      ? [`and ${renderCount(rest.length, "more cause")} on ${renderCount(new Set(rest.flatMap(({ hosts }) => hosts)).size, "host")}`]
      : []),
    ...groups.slice(0, MOST_GROUPS),
    ...(groups.length > MOST_GROUPS ? [`and ${renderCount(groups.length - MOST_GROUPS, "more group")} of external daemons`] : []),
    ...(isAllWell(look) ? [] : [`why: \`ldms verify -s ${look.stack}\`; \`--all\` lists every host`]),
  ].join("\n");
}

/** Tells two looks apart, but for how old what they say is. */
export function changesOf(look: StackLook): string {
  const { roles, ...summary } = summarize(look, 0);
  return JSON.stringify({ ...summary, upgrade: look.upgrade, roles: roles.map((role) => ({ ...role, ageSeconds: 0 })) });
}

function renderHead({ stack, tookSeconds, askedHosts }: StackLook, { hosts, wellHosts }: StatusSummary): string {
  const well = wellHosts === hosts ? "all well" : `${count(wellHosts)} well, ${count(hosts - wellHosts)} not`;
  const asked = askedHosts === hosts ? "" : `, ${count(askedHosts)} of them asked, of the others their aggregators tell`;
  return `${stack}: ${renderCount(hosts, "host")}: ${well}; looked in ${tookSeconds.toFixed(1)} s${asked}`;
}

function renderRoles(roles: readonly RoleSummary[]): string[] {
  const rows = [COLUMNS.map(([title]) => title), ...roles.map((role) => COLUMNS.map(([, cell]) => cell(role)))];
  const widths = COLUMNS.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  const pad = (cell: string, i: number) => (COLUMNS[i]![2] ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!));
  return rows.map((row) => row.map(pad).join("  ").trimEnd());
}

function nameImages(images: readonly string[]): string {
  return images.length > 2 ? `${images.length} images` : images.join(", ");
}

const MOST_CHARACTERS = 120;

/** Hosts that do not fold stay on the screen's line. */
function foldShortly(hosts: readonly string[]): string {
  const folded = foldHosts(hosts);
  return folded.length > MOST_CHARACTERS ? `${folded.slice(0, MOST_CHARACTERS)}… (${renderCount(hosts.length, "host")})` : folded;
}

/** `9,989 hosts` */
function renderCount(number: number, noun: string): string {
  return countOf(number, noun).replace(String(number), count(number));
}

function count(number: number): string {
  return number.toLocaleString("en");
}
