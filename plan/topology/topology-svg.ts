import { showControls } from "../text/text";
import { drawFewer } from "./drawn-groups";
import { isBroken, type NodeKind, type SiteTopology } from "./site-topology";
import { type Box, type Curve, LINE_HEIGHT, layOut, MARGIN } from "./svg-layout";
import { noteWords, titleWords } from "./topology-words";

/** Light enough for black words. */
const FILL: Readonly<Record<NodeKind, string>> = {
  samplers: "#dbeafe",
  aggregators: "#dcfce7",
  store: "#fef3c7",
  ui: "#ede9fe",
  grafana: "#ede9fe",
};
const INK = "#1f2937";
const LINE = "#64748b";
const ALARM = "#b91c1c";

/** As a picture of its own, on white: it needs no font, script or style from elsewhere. */
export function renderTopologySvg(topology: SiteTopology): string {
  const { boxes, curves, width, height } = layOut(drawFewer(topology));
  const notes = noteWords(topology);
  const whole = height + notes.length * LINE_HEIGHT;
  const title = titleWords(topology);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${whole}" width="${width}" height="${whole}" role="img" font-family="sans-serif" fill="${INK}">`,
    `<title>${escapeXml(title)}</title>`,
    `<defs><marker id="end" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" fill="context-stroke"/></marker></defs>`,
    `<rect width="${width}" height="${whole}" fill="#fff"/>`,
    renderText(MARGIN, MARGIN + LINE_HEIGHT / 2, title, { size: 16, isBold: true }),
    ...curves.map(renderCurve),
    ...boxes.map(renderBox),
    ...curves.flatMap(renderWords),
    ...notes.map((line, i) => renderText(MARGIN, height + i * LINE_HEIGHT, line, { size: 12 })),
    "</svg>",
  ].join("\n");
}

function renderCurve({ edge, x1, y1, x2, y2 }: Curve): string {
  const middle = round((x1 + x2) / 2);
  const path = `M${round(x1)} ${round(y1)}C${middle} ${round(y1)} ${middle} ${round(y2)} ${round(x2)} ${round(y2)}`;
  const [stroke, weight] = isBroken(edge) ? [ALARM, 2.5] : [LINE, 1.5];
  return `<path d="${path}" fill="none" stroke="${stroke}" stroke-width="${weight}" marker-end="url(#end)"/>`;
}

function renderBox({ node, title, lines, x, y, width, height }: Box): string {
  const top = y + (height - (lines.length + 1) * LINE_HEIGHT) / 2 + LINE_HEIGHT - 4;
  const rounding = node.kind === "store" ? 14 : 4;
  return [
    `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="${rounding}" fill="${FILL[node.kind]}" stroke="${LINE}"/>`,
    renderText(x + width / 2, top, title, { size: 13, isBold: true, isCentred: true }),
    ...lines.map((line, i) => renderText(x + width / 2, top + (i + 1) * LINE_HEIGHT, line, { size: 12, isCentred: true })),
  ].join("");
}

/** Over the lines, with an edge of white, so that they can be read where lines cross. */
function renderWords({ edge, x1, y1, above, below }: Curve): string[] {
  const look = { size: 11, isOverLines: true, color: isBroken(edge) ? ALARM : INK };
  return [
    ...(above === "" ? [] : [renderText(x1 + 6, y1 - 5, above, look)]),
    ...(below === "" ? [] : [renderText(x1 + 6, y1 + 13, below, look)]),
  ];
}

interface Look {
  readonly size: number;
  readonly isBold?: boolean;
  readonly isCentred?: boolean;
  readonly isOverLines?: boolean;
  readonly color?: string;
}

function renderText(x: number, y: number, text: string, { size, isBold, isCentred, isOverLines, color }: Look): string {
  const attributes = [
    `x="${round(x)}" y="${round(y)}" font-size="${size}"`,
    ...(isBold ? [`font-weight="bold"`] : []),
    ...(isCentred ? [`text-anchor="middle"`] : []),
    ...(isOverLines ? [`paint-order="stroke" stroke="#fff" stroke-width="3"`] : []),
    ...(color === undefined ? [] : [`fill="${color}"`]),
  ];
  return `<text ${attributes.join(" ")}>${escapeXml(text)}</text>`;
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}

/** XML has no control characters, not even as references. */
export function escapeXml(text: string): string {
  return showControls(text).replace(/[&<>"']/g, (sign) => `&#${sign.codePointAt(0)};`);
}
