import type { Difference } from "../../plan/deployed/differences";
import { expandHostlist, foldHosts } from "../../plan/hostlist/hostlist";
import { groupBy } from "../../plan/text/group-by";
import type { PreviewEntry } from "../api";
import type { StepPlace } from "./step-place";

/** A step that changes something. */
export interface SeenStep {
  readonly op: PreviewEntry["op"];
  readonly what: string;
  readonly place: StepPlace;
}

const OPS: readonly PreviewEntry["op"][] = ["delete", "replace", "update", "create"];
const WHATS = ["container", "file", "batch", "image", "volume", "command", "resource"];
/** A diff is for people to read. */
const MOST_CHARACTERS = 64 << 10;

/**
 * One entry a change, its hosts folded, what goes away first: what the differences say in words, and of the steps those that no words are of.
 */
export function listEntries(steps: readonly SeenStep[], differences: readonly Difference[]): readonly PreviewEntry[] {
  const told = new Set(differences.flatMap(({ kind, name, hosts }) => expandTold(hosts).map((host) => keyOf(host, kind, name))));
  const withFiles = new Set(differences.filter(({ kind }) => kind === "file").flatMap(({ hosts }) => expandTold(hosts)));
  const isTold = ({ what, place: { hosts, name } }: SeenStep) =>
    hosts.length === 1 && (told.has(keyOf(hosts[0]!, what, name)) || (what === "command" && name === "files" && withFiles.has(hosts[0]!)));
  const untold = groupBy(
    steps.filter((step) => !isTold(step)),
    ({ op, what, place }) => JSON.stringify([op, what, place.name]),
  );
  const entries = [...differences.map(ofDifference), ...[...untold.values()].map(ofSteps)];
  return entries.sort((a, b) => OPS.indexOf(a.op) - OPS.indexOf(b.op) || WHATS.indexOf(a.what) - WHATS.indexOf(b.what));
}

function keyOf(host: string, what: string, name: string): string {
  return JSON.stringify([host, what, name]);
}

function expandTold(hosts: string): readonly string[] {
  return hosts === "" ? [] : expandHostlist(hosts);
}

function ofDifference({ kind, name, hosts, change, diff, notes, restarts }: Difference): PreviewEntry {
  const op = change === "new" ? "create" : change === "removed" ? "delete" : kind === "container" ? "replace" : "update";
  return {
    ...{ op, what: kind, name, hosts, count: expandTold(hosts).length, notes },
    diff: diff.length > MOST_CHARACTERS ? `${diff.slice(0, MOST_CHARACTERS)}\n… and more` : diff,
    ...(restarts !== undefined && { restarts }),
  };
}

function ofSteps(steps: readonly SeenStep[]): PreviewEntry {
  const { op, what, place } = steps[0]!;
  const hosts = steps.flatMap((step) => step.place.hosts);
  return { op, what, name: place.name, hosts: foldHosts(hosts), count: Math.max(new Set(hosts).size, steps.length), diff: "", notes: [] };
}
