interface SparkPlotArgs {
  /** The newest last. */
  readonly values: readonly number[];
  /** `rows a second of sos-meminfo`; what it is now is beside it as text. */
  readonly label: string;
  readonly render: (value: number) => string;
}

const WIDTH = 220;
const HEIGHT = 44;
const PAD = 3;

/** The last minutes of one value, from zero up; its greatest value is written beside the line that it reaches. */
export function SparkPlot({ values, label, render }: SparkPlotArgs) {
  if (values.length < 2) return <p class="soft plot-empty">the plot begins with the next look</p>;
  const most = Math.max(...values, Number.EPSILON);
  const x = (i: number) => (i * WIDTH) / (values.length - 1);
  const y = (value: number) => HEIGHT - PAD - (value / most) * (HEIGHT - 2 * PAD);
  const line = values.map((value, i) => `${i === 0 ? "M" : "L"}${x(i).toFixed(1)} ${y(value).toFixed(1)}`).join("");
  const said = `${label}: ${render(values.at(-1)!)} now, between ${render(Math.min(...values))} and ${render(most)}`;
  return (
    <svg class="plot" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={said}>
      <path class="plot-area" d={`${line}L${WIDTH} ${HEIGHT}L0 ${HEIGHT}Z`} />
      <path class="plot-line" d={line} />
    </svg>
  );
}
