import type { RunDetails, SiteHistoryEntry } from "../../automation/verbs/read-history";
import { foldHosts } from "../../plan/hostlist/fold";
import type { HistoryRow, HistoryRun } from "../api";
import { listEntries } from "./preview-view";

export function describeEntry(entry: SiteHistoryEntry, isCandidate: boolean): HistoryRow {
  const { run, kind, result, who = "", message = "", startTime, endTime, resourceChanges = {}, skippedHosts = [], backTo } = entry;
  return {
    ...(run !== undefined && { run }),
    ...{ kind, result, who, message, startedAt: startTime, endedAt: endTime, changes: resourceChanges, isCandidate },
    skippedHosts: foldHosts([...skippedHosts]),
    ...(backTo !== undefined && { backTo }),
  };
}

export function describeRun(details: RunDetails, isCandidate: boolean): HistoryRun {
  const { steps, failures, files, images = [], differences } = details;
  return {
    ...describeEntry(details, isCandidate),
    ...{ steps, failures, files: files.map(({ path, change, diff }) => ({ path, change, diff })) },
    entries: listEntries([], differences),
    images: images.map(({ reference, digest }) => (digest === undefined || reference.includes("@") ? reference : `${reference}@${digest}`)),
  };
}
