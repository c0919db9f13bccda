import { linkTo, route, VIEW_NAMES, VIEWS, type ViewName } from "../state/page-route";
import { isRunning } from "../state/stack-acts";
import { stack } from "../state/stack-state";
import { renderCount } from "../text/render-number";

/** What wants to be looked at in a view that is not shown. */
function badgeOf(view: ViewName): string | undefined {
  const differing = stack.drift.value?.differences.length ?? 0;
  if (view === "drift" && differing > 0) return renderCount(differing);
  if (view === "deploy" && isRunning.value) return "run";
  return undefined;
}

export function SideMenu() {
  const shown = route.value.view;
  return (
    <nav class="menu" aria-label="views">
      <ul>
        {VIEWS.map((view, i) => {
          const badge = badgeOf(view);
          return (
            <li key={view}>
              <a href={linkTo(view)} class="menu-link" {...(view === shown && { "aria-current": "page" as const })}>
                {VIEW_NAMES[view]}
                {badge !== undefined && <span class="badge number">{badge}</span>}
                <kbd class="menu-key">{i + 1}</kbd>
              </a>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
