import { RefusedError } from "./refusal";

/** Open streams and polls of one user, and of all. */
const MOST = { user: 32, all: 512 };

/** Counts who reads events just now. */
export class Readers {
  private readonly byUser = new Map<string, number>();
  private all = 0;

  /** @returns what ends it, once. @throws RefusedError where there are too many */
  enter(user: string): () => void {
    const own = this.byUser.get(user) ?? 0;
    if (own >= MOST.user || this.all >= MOST.all)
      throw new RefusedError("too-many", "too many pages are open", { help: "close some of them" });
    this.byUser.set(user, own + 1);
    this.all += 1;
    let isIn = true;
    return () => {
      if (!isIn) return;
      isIn = false;
      this.all -= 1;
      const left = this.byUser.get(user)! - 1;
      if (left > 0) this.byUser.set(user, left);
      else this.byUser.delete(user);
    };
  }
}
