import type { Snapshot } from "../../../portal/api";
import { fakePreview, fakeRun, NOW } from "./fake-cluster";

/** A wide screen, a tablet's, a phone's. */
export const WIDTHS = [
  { name: "wide", width: 1360, height: 900 },
  { name: "tablet", width: 820, height: 1100 },
  { name: "phone", width: 390, height: 844 },
] as const;

export const VIEW_ADDRESSES = [
  "overview",
  "hosts",
  "hosts?state=x&host=n00017",
  "deploy",
  "drift",
  "findings",
  "history",
  "history?run=56",
  "file",
  "audit",
] as const;

export const DIGEST = "sha256:9f2c41d07c5be1a8834e";

/** With a preview that waits to be deployed. */
export function previewed(): Partial<Snapshot> {
  const preview = fakeRun({ phase: "ended", endedAt: NOW - 20, result: "succeeded", preview: fakePreview(DIGEST) });
  return { run: preview, preview };
}
