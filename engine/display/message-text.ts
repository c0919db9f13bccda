import { renderDifferences } from "../../plan/deployed/fold-differences";
import { urnName } from "../../stack/urn";
import type { EngineEvent } from "../events/events";
import { renderNothingToDo, renderSummary } from "./summary-text";

/**
 * The lines that an event says beside the resources' own: what the program and the policies say, and the summary.
 *
 * @param mayBeNothing a preview in which nothing has failed
 */
export function renderMessage(event: EngineEvent, isPreview: boolean, mayBeNothing: boolean): readonly string[] {
  if (event.diagnosticEvent !== undefined) return renderDiagnostic(event.diagnosticEvent);
  if (event.policyEvent !== undefined) return renderPolicy(event.policyEvent);
  if (event.differencesEvent !== undefined) return renderDifferences(event.differencesEvent.differences).map((line) => `    ${line}`);
  if (event.cancelEvent !== undefined) return ["canceled: what was begun is finished, nothing else was started"];
  if (event.summaryEvent === undefined) return [];
  const { durationSeconds } = event.summaryEvent;
  const changes = event.summaryEvent.resourceChanges as Readonly<Record<string, number>>;
  const nothing = mayBeNothing ? renderNothingToDo(changes) : undefined;
  if (nothing !== undefined) return [nothing];
  const summary = renderSummary(changes, isPreview, durationSeconds);
  return summary === "" ? [] : ["", ...summary.split("\n"), ""];
}

function renderDiagnostic({ severity, message, urn, ephemeral }: NonNullable<EngineEvent["diagnosticEvent"]>): readonly string[] {
  if (ephemeral === true) return [];
  const about = urn === undefined || urn === "" ? "" : `${urnName(urn)}: `;
  const label = severity === "error" || severity === "warning" ? `${severity}: ` : "";
  const [first = "", ...rest] = message.trimEnd().split("\n");
  return [`    ${label}${about}${first}`, ...rest.map((line) => `      ${line}`)];
}

function renderPolicy({
  enforcementLevel,
  policyPackName,
  policyName,
  resourceUrn,
  message,
}: NonNullable<EngineEvent["policyEvent"]>): readonly string[] {
  const about = resourceUrn === undefined || resourceUrn === "" ? "stack" : urnName(resourceUrn);
  const lines = message
    .trim()
    .split("\n")
    .map((line) => `      ${line}`);
  return [`    [${enforcementLevel}] ${policyPackName} ${policyName} (${about})`, ...lines];
}
