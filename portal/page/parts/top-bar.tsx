import { computed } from "@preact/signals";
import { call } from "../state/api-client";
import { now } from "../state/clock";
import { connection, heardAt } from "../state/live-events";
import { me } from "../state/open-stack-page";
import { isHelpOpen } from "../state/page-keys";
import { renderRoute, route } from "../state/page-route";
import { forgetSession, sessionToken } from "../state/page-session";
import { stack } from "../state/stack-state";
import { nextTheme, theme } from "../state/theme";
import { renderAge } from "../text/render-age";

/** Silent for so long, what is shown is marked as old. */
const STALE_SECONDS = 30;

const silentSeconds = computed(() => {
  // Both clocks tick: this one by itself.
  now.value;
  return (Date.now() - heardAt.value) / 1000;
});

const WORDS = {
  connecting: { word: "connecting", style: "unknown" },
  live: { word: "live", style: "ok" },
  polling: { word: "live, by asking", style: "ok" },
  lost: { word: "not connected", style: "down" },
  paused: { word: "paused", style: "unknown" },
  ended: { word: "signed out", style: "down" },
} as const;

function ConnectionMark() {
  const { word, style } = WORDS[connection.value];
  const silent = silentSeconds.value;
  const isStale = silent > STALE_SECONDS && connection.value !== "paused";
  const title =
    connection.value === "polling"
      ? "Something between here and the portal keeps its stream back: the page asks every few seconds."
      : undefined;
  return (
    <span class={`live live-${isStale ? "down" : style}`} role="status" title={title}>
      <span class="live-dot" aria-hidden="true" />
      {word}
      {isStale && <span class="number"> for {renderAge(silent)}</span>}
    </span>
  );
}

const THEME_WORDS = { auto: "as system", light: "light", dark: "dark" } as const;

export function TopBar() {
  const known = me.value;
  const shown = stack.name.value ?? route.value.stack ?? "";
  return (
    <header class="bar">
      <button type="button" class="skip" onClick={skip}>
        To the content
      </button>
      <a class="brand" href={renderRoute({ stack: shown, view: "overview", query: {} })}>
        <svg viewBox="0 0 32 32" aria-hidden="true">
          <rect width="32" height="32" rx="7" class="brand-ground" />
          <path d="M8 9h5l6 7h5M8 23h5l6-7M8 16h11" class="brand-lines" />
          <circle cx="24" cy="16" r="3.4" class="brand-dot" />
        </svg>
        LDMS
      </a>
      {known && known.stacks.length > 0 && (
        <select
          aria-label="stack"
          value={shown}
          onChange={(event) => {
            location.hash = renderRoute({ stack: event.currentTarget.value, view: route.value.view, query: {} });
          }}
        >
          {known.stacks.map((one) => (
            <option key={one.stack}>{one.stack}</option>
          ))}
        </select>
      )}
      {stack.role.value === "viewer" && <span class="tag">read only</span>}
      <ConnectionMark />
      <span class="bar-end">
        <button type="button" class="button button-bare" onClick={nextTheme} title="key: t">
          <span aria-hidden="true">◐</span>
          <span class="unseen">colours: </span>
          <span class="bar-word">{THEME_WORDS[theme.value]}</span>
        </button>
        <button type="button" class="button button-bare" onClick={() => (isHelpOpen.value = true)} title="key: ?">
          <kbd>?</kbd> <span class="bar-word">Keys</span>
        </button>
        {known && <span class="soft user">{known.user}</span>}
        {sessionToken.value !== undefined && (
          <button type="button" class="button button-bare" onClick={() => void call("DELETE /api/session").finally(forgetSession)}>
            Sign out
          </button>
        )}
      </span>
    </header>
  );
}

/** No link: the address is the page's own. */
function skip(): void {
  document.querySelector<HTMLElement>("#main")?.focus();
}
