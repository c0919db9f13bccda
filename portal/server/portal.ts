import type { Attempts } from "./attempts";
import type { AuditLog } from "./audit-log";
import type { SignIn } from "./callers";
import type { PageFile } from "./page-files";
import type { Readers } from "./readers";
import type { PlaceRules } from "./request-rules";
import type { StackRuns } from "./stack-runs";
import type { WatchedStack } from "./watched-stack";

export interface PortalStack {
  readonly watched: WatchedStack;
  readonly runs: StackRuns;
}

/** All that the server has. */
export interface Portal {
  readonly stacks: ReadonlyMap<string, PortalStack>;
  readonly signIn: SignIn;
  readonly attempts: Attempts;
  readonly readers: Readers;
  readonly audit: AuditLog;
  readonly page: ReadonlyMap<string, PageFile>;
  readonly rules: PlaceRules;
  readonly isTls: boolean;
  readonly version: string;
  /** One line for who runs it. */
  readonly say: (text: string) => void;
}
