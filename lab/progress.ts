/** Longer silence reads as a hang. */
const TICK_SECONDS = 8;

export function say(line: string): void {
  console.log(`lab: ${line}`);
}

/** Says `WHAT: N s` every 8 s until the work ends; `detail` adds what it waits for. */
export async function ticking<T>(what: string, work: Promise<T>, detail: () => string = () => ""): Promise<T> {
  const started = Date.now();
  const timer = setInterval(() => say(`${what}: ${Math.round((Date.now() - started) / 1000)} s${detail()}`), TICK_SECONDS * 1000);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}
