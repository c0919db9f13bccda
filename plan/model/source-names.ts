/** The parts of /opt/ovis in the order in which upstream builds them, and the Grafana plugin. */
export const SOURCE_NAMES = ["maestro", "sos", "ovis", "numsos", "sosdb-ui", "sosdb-grafana", "dsosds"] as const;
export type SourceName = (typeof SOURCE_NAMES)[number];

/** A step that makes an image which others stand on: the tools, or the tools with one more part of the tree. */
export type StepName = "ldms-dev" | SourceName;
