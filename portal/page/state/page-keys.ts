import { signal } from "@preact/signals";
import { stepChange } from "../parts/change-list";
import { goTo, VIEW_NAMES, VIEWS } from "./page-route";
import { lookNow } from "./stack-acts";
import { nextTheme } from "./theme";

const KEY = "ldms-portal-keys";

/** Off for who speaks to the page, or hits keys without meaning to. */
export const areKeysOn = signal(localStorage.getItem(KEY) !== "off");
export const isHelpOpen = signal(false);

export function setKeys(isOn: boolean): void {
  areKeysOn.value = isOn;
  localStorage.setItem(KEY, isOn ? "on" : "off");
}

interface PageKey {
  readonly key: string;
  readonly does: string;
  readonly act: () => void;
}

/** None of them changes anything on a host. */
export const PAGE_KEYS: readonly PageKey[] = [
  ...VIEWS.map((view, i): PageKey => ({ key: String(i + 1), does: VIEW_NAMES[view], act: () => goTo(view) })),
  { key: "/", does: "find a host", act: findHost },
  { key: "r", does: "ask the hosts now", act: () => void lookNow("status") },
  { key: "n", does: "next change of a preview", act: () => stepChange(1) },
  { key: "N", does: "change before it", act: () => stepChange(-1) },
  { key: "t", does: "light, dark, or as the system", act: nextTheme },
  { key: "?", does: "show the keys", act: () => (isHelpOpen.value = true) },
];

/** Those of a table and of the map, which work where the focus is. */
export const FOCUS_KEYS: readonly { readonly key: string; readonly does: string }[] = [
  { key: "↑ ↓ ← →", does: "move in the table or on the map" },
  { key: "Enter", does: "open the host, the run, the link" },
  { key: "Home End PgUp PgDn", does: "move in the table" },
  { key: "Esc", does: "close what is open" },
  { key: "Tab", does: "to the next thing, out of the stack file as well" },
];

/** Later than that nobody waits for the focus any more. */
const LONGEST_DRAW_MS = 3000;

function findHost(): void {
  goTo("hosts");
  focusOnceThere("#find-host", performance.now() + LONGEST_DRAW_MS);
}

/** A view is loaded with its first visit, and drawn when its data is there. */
function focusOnceThere(selector: string, untilMs: number): void {
  requestAnimationFrame((now) => {
    const found = document.querySelector<HTMLElement>(selector);
    if (found) found.focus();
    else if (now < untilMs) focusOnceThere(selector, untilMs);
  });
}

export function listenToKeys(): void {
  addEventListener("keydown", (event) => {
    if (!areKeysOn.value || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event)) return;
    const found = PAGE_KEYS.find(({ key }) => key === event.key);
    if (found === undefined) return;
    event.preventDefault();
    found.act();
  });
}

/** The editor is in a shadow root: the path tells what the target does not. */
function isTyping(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}
