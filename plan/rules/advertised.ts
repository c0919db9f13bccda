/** Of a regular expression that is tried on ten thousand names: what a machine without backtracking would need is refused. */
const MAX_REPEATS = 3;

/** One that takes no group several times and has few repeats; undefined: not judged here. ldmsd's are POSIX extended ones. */
export function readHostRegex(text: string): RegExp | undefined {
  if (/\)[*+?{]/.test(text) || (text.match(/[*+?{]/g)?.length ?? 0) > MAX_REPEATS) return undefined;
  try {
    return new RegExp(text);
  } catch {
    return undefined;
  }
}

/** What one aggregator says of the samplers that dial in. */
export interface ProducerListener {
  /** Absent: whoever advertises to it. */
  readonly regex?: string | undefined;
}

/** Where a group of daemons advertises itself. */
export interface Advertiser<T> {
  readonly daemons: readonly T[];
  readonly hosts: readonly string[];
  readonly port: number;
}

/** The daemons that dial in at one of these places and are let in by a listener; what a listener's regex is too rich to judge lets in all. */
export function listAdvertised<T extends { readonly hostname: string }>(
  places: readonly { readonly host: string; readonly port: number }[],
  listeners: readonly ProducerListener[],
  advertisers: readonly Advertiser<T>[],
): T[] {
  const reaching = advertisers.filter(({ hosts, port }) => places.some((place) => place.port === port && hosts.includes(place.host)));
  const regexes = listeners.map(({ regex }) => (regex === undefined ? undefined : readHostRegex(regex)));
  const isLetIn = ({ hostname }: T) => regexes.some((regex) => regex === undefined || regex.test(hostname));
  return reaching.flatMap(({ daemons }) => daemons).filter(isLetIn);
}
