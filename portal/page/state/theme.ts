import { signal } from "@preact/signals";

const KEY = "ldms-portal-theme";
const THEMES = ["auto", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const kept = localStorage.getItem(KEY);
export const theme = signal<Theme>(THEMES.find((one) => one === kept) ?? "auto");
const dark = matchMedia("(prefers-color-scheme: dark)");
/** What is painted by hand is painted anew when it changes. */
export const shownTheme = signal("");

function show(): void {
  if (theme.value === "auto") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme.value;
  shownTheme.value = theme.value === "auto" ? (dark.matches ? "dark" : "light") : theme.value;
}

dark.addEventListener("change", show);
show();

export function nextTheme(): void {
  theme.value = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length]!;
  localStorage.setItem(KEY, theme.value);
  show();
}
