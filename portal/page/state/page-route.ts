import { signal } from "@preact/signals";

/** In the order of the menu; its place there is its key. */
export const VIEWS = ["overview", "hosts", "deploy", "drift", "findings", "history", "file", "audit"] as const;
export type ViewName = (typeof VIEWS)[number];

export const VIEW_NAMES: Readonly<Record<ViewName, string>> = {
  overview: "Overview",
  hosts: "Hosts",
  deploy: "Deploy",
  drift: "Drift",
  findings: "Findings",
  history: "History",
  file: "Stack file",
  audit: "Audit log",
};

/** What the address says behind its `#`: `#/lab/hosts?state=x&host=cygnus-03`. */
export interface PageRoute {
  readonly stack: string | undefined;
  readonly view: ViewName;
  readonly query: Readonly<Record<string, string>>;
}

export function parseRoute(hash: string): PageRoute {
  const [path = "", search = ""] = hash.replace(/^#\/?/, "").split("?");
  const [stack = "", view = ""] = path.split("/").map(decodeSafely);
  return {
    stack: stack === "" ? undefined : stack,
    view: VIEWS.find((name) => name === view) ?? "overview",
    query: Object.fromEntries(new URLSearchParams(search)),
  };
}

/** An address by hand may have anything in it. */
function decodeSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

export function renderRoute({ stack, view, query }: PageRoute): string {
  const set = Object.entries(query).filter(([, value]) => value !== "");
  const search = set.length > 0 ? `?${new URLSearchParams(set)}` : "";
  return `#/${encodeURIComponent(stack ?? "")}/${view}${search}`;
}

export const route = signal<PageRoute>(parseRoute(location.hash));

addEventListener("hashchange", () => {
  route.value = parseRoute(location.hash);
});

/** The address of a view of the stack that is shown. */
export function linkTo(view: ViewName, query: Readonly<Record<string, string>> = {}): string {
  return renderRoute({ stack: route.value.stack, view, query });
}

export function goTo(view: ViewName, query: Readonly<Record<string, string>> = {}): void {
  location.hash = linkTo(view, query);
}

/** What is filtered and chosen belongs to the address, and not to the way back. */
export function setQuery(change: Readonly<Record<string, string>>): void {
  const { stack, view, query } = route.value;
  replaceAddress(renderRoute({ stack, view, query: { ...query, ...change } }));
}

/** A browser tells nobody of it. */
export function replaceAddress(hash: string): void {
  history.replaceState(null, "", hash);
  route.value = parseRoute(location.hash);
}
