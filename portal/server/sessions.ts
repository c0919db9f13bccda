import { createHash, randomBytes } from "node:crypto";

/** Nobody asked for anything in this time, and no stream was open. */
const IDLE_MS = 60 * 60_000;
/** However busy. */
const LONGEST_MS = 12 * 60 * 60_000;
const MOST_SESSIONS = 500;

interface KeptSession {
  readonly user: string;
  readonly begun: number;
  used: number;
}

/** Who is signed in, by a word of 256 bits that only their page has; in memory alone, and of the word only its hash. */
export class Sessions {
  private readonly sessions = new Map<string, KeptSession>();

  /** @param now a clock that nobody sets, in ms */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** @returns the word, which is nowhere kept */
  begin(user: string): string {
    this.forgetEnded();
    // The longest unused makes room.
    if (this.sessions.size >= MOST_SESSIONS) {
      const [oldest] = [...this.sessions].sort(([, a], [, b]) => a.used - b.used)[0]!;
      this.sessions.delete(oldest);
    }
    const word = newWord();
    this.sessions.set(hashOf(word), { user, begun: this.now(), used: this.now() });
    return word;
  }

  /** The user; undefined for a word that is none, or none any more. */
  find(word: string): string | undefined {
    const found = this.sessions.get(hashOf(word));
    if (found === undefined || this.hasEnded(found)) return undefined;
    found.used = this.now();
    return found.user;
  }

  end(word: string): void {
    this.sessions.delete(hashOf(word));
  }

  get size(): number {
    return this.sessions.size;
  }

  private forgetEnded(): void {
    for (const [hash, session] of this.sessions) if (this.hasEnded(session)) this.sessions.delete(hash);
  }

  private hasEnded({ begun, used }: KeptSession): boolean {
    const now = this.now();
    return now - used > IDLE_MS || now - begun > LONGEST_MS;
  }
}

/** Codes that are good once, each for one user. */
export class SignInCodes {
  private readonly users = new Map<string, string>();

  issue(user: string): string {
    const word = newWord();
    this.users.set(hashOf(word), user);
    return word;
  }

  /** The user whose code it was. */
  take(word: string): string | undefined {
    const hash = hashOf(word);
    const user = this.users.get(hash);
    this.users.delete(hash);
    return user;
  }
}

function newWord(): string {
  return randomBytes(32).toString("base64url");
}

/** By it a word is looked up, so that the time that it takes tells nothing of the words that there are. */
function hashOf(word: string): string {
  return createHash("sha256").update(word).digest("hex");
}
