import { useComputed } from "@preact/signals";
import { now } from "../state/clock";
import { renderAge } from "../text/render-age";

interface AgeArgs {
  /** Seconds since 1970; 0: never. */
  readonly at: number;
  /** Behind so many seconds it is marked: nobody should trust it as it stands. 0: never. */
  readonly staleAfter?: number;
}

/** How old what stands beside it is, second by second. */
export function Age({ at, staleAfter = 0 }: AgeArgs) {
  const text = useComputed(() => (at === 0 ? "never seen" : `${renderAge(now.value - at)} ago`));
  const style = useComputed(() => (at === 0 || (staleAfter > 0 && now.value - at > staleAfter) ? "age age-stale" : "age"));
  return (
    <time class={style} dateTime={at === 0 ? undefined : new Date(at * 1000).toISOString()} title={at === 0 ? undefined : renderTime(at)}>
      {text}
    </time>
  );
}

/** `2026-11-29 10:15:00`, in the reader's own time zone. */
export function renderTime(at: number): string {
  const date = new Date(at * 1000);
  const two = (part: number) => String(part).padStart(2, "0");
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join("-");
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":")}`;
}
