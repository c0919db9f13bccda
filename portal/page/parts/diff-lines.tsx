interface DiffLinesArgs {
  /** Unified, or lines that begin with `+` and `-`. */
  readonly diff: string;
  readonly label: string;
}

const STYLES: Readonly<Record<string, string>> = { "+": "added", "-": "removed", "@": "place" };
/** More than anybody reads on a page. */
const MOST_LINES = 400;

/** Lines that come and go, told by sign as well as by colour. */
export function DiffLines({ diff, label }: DiffLinesArgs) {
  const lines = diff.split("\n");
  const shown = lines.slice(0, MOST_LINES);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is to be reached by the keyboard
    // biome-ignore lint/a11y/useSemanticElements: the lines are preformatted first of all
    <pre class="diff" tabIndex={0} role="region" aria-label={label}>
      {shown.map((line, i) => (
        // A line is its place
        <span key={i} class={`diff-line diff-${STYLES[line.charAt(0)] ?? "same"}`}>
          {line === "" ? " " : line}
          {"\n"}
        </span>
      ))}
      {lines.length > MOST_LINES && <span class="diff-line diff-place">… {lines.length - MOST_LINES} more lines</span>}
    </pre>
  );
}
