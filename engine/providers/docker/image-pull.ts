import type { Readable } from "node:stream";
import type { ImageInspectInfo } from "dockerode";
import { ProviderError } from "../../provider/provider";
import { type DockerHost, hasStatus } from "./docker-host";

/** As long as the real provider allows. */
const PULL_TIMEOUT_MS = 20 * 60_000;

/** One line of the stream in which Docker reports pulls, pushes and builds. */
export interface ProgressLine {
  readonly stream?: string;
  readonly status?: string;
  readonly error?: string;
  readonly aux?: Readonly<Record<string, unknown>>;
}

/** Reads a progress stream to its end; one JSON object a line, each handed on as it comes. */
export async function readProgress(
  stream: NodeJS.ReadableStream,
  abortSignal: AbortSignal,
  onLine: (line: ProgressLine) => void = () => {},
): Promise<readonly ProgressLine[]> {
  // The call's time-out must end the reading too: aborting the request alone leaves its answer open.
  abortSignal.addEventListener("abort", () => (stream as Readable).destroy(new Error("aborted")), { once: true });
  const lines: ProgressLine[] = [];
  const take = (text: string) => {
    if (text.trim() === "") return;
    const line = JSON.parse(text) as ProgressLine;
    lines.push(line);
    onLine(line);
  };
  stream.setEncoding("utf8");
  let rest = "";
  for await (const chunk of stream) {
    const texts = (rest + chunk).split("\n");
    rest = texts.pop() ?? "";
    texts.forEach(take);
  }
  take(rest);

  return lines;
}

/** Pulls an image by tag or digest: `198.18.0.5:5000/ovishpc/ldms-samp@sha256:…`. */
export async function pullImage(host: DockerHost, reference: string): Promise<void> {
  const what = `pull \`${reference}\``;
  const lines = await host.call(
    what,
    async (api, abortSignal) => readProgress(await api.pull(withTag(reference), { abortSignal }), abortSignal),
    PULL_TIMEOUT_MS,
  );
  const failure = lines.find((line) => line.error !== undefined);
  if (failure !== undefined) throw new ProviderError(`${host.name}: ${what}: ${failure.error}`, host.name);
}

/** Docker pulls every tag of a name without one. */
function withTag(reference: string): string {
  return reference.includes("@") || /:[^/]*$/.test(reference) ? reference : `${reference}:latest`;
}

/** An engine that builds and pushes five images on two cores took more than a minute to answer. */
const INSPECT_TIMEOUT_MS = 5 * 60_000;

/** The image of that name or id on the host, or `undefined`. */
export async function findImage(host: DockerHost, reference: string): Promise<ImageInspectInfo | undefined> {
  try {
    return await host.call(`inspect image \`${reference}\``, (api) => api.getImage(reference).inspect(), INSPECT_TIMEOUT_MS);
  } catch (error) {
    if (hasStatus(error, 404)) return undefined;
    throw error;
  }
}
