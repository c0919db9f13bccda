import type { HostLetter } from "../../api";

export interface StateWords {
  readonly word: string;
  readonly style: string;
}

/** Colour, shape and word of each state: none of them stands alone. */
export const STATES: Readonly<Record<HostLetter, StateWords>> = {
  o: { word: "well", style: "ok" },
  d: { word: "degraded", style: "degraded" },
  x: { word: "down", style: "down" },
  u: { word: "unknown", style: "unknown" },
};

interface StateMarkArgs {
  readonly letter: HostLetter;
}

/** A disc, a triangle, a square with a cross, a ring: read beside a word, never without one. */
export function StateMark({ letter }: StateMarkArgs) {
  return (
    <svg class={`mark mark-${STATES[letter].style}`} viewBox="0 0 16 16" aria-hidden="true">
      {SHAPES[letter]}
    </svg>
  );
}

const SHAPES = {
  o: <circle cx="8" cy="8" r="5" class="mark-fill" />,
  d: (
    <>
      <path d="M8 1.8 15 14H1Z" class="mark-fill" />
      <path d="M8 6v4M8 11.6v.9" class="mark-sign" />
    </>
  ),
  x: (
    <>
      <rect x="2" y="2" width="12" height="12" rx="1.5" class="mark-fill" />
      <path d="m5.4 5.4 5.2 5.2m0-5.2-5.2 5.2" class="mark-sign" />
    </>
  ),
  u: <circle cx="8" cy="8" r="5" class="mark-ring" />,
} as const;

/** The mark with its word: `▲ degraded`. */
export function StateWord({ letter }: StateMarkArgs) {
  const { word, style } = STATES[letter];
  return (
    <span class={`state text-${style}`}>
      <StateMark letter={letter} />
      {word}
    </span>
  );
}
