import { splitHelp } from "../../plan/problems/errors";
import type { Refusal, RefusalCode } from "../api";

/** The status of each code. */
export const STATUS: Readonly<Record<RefusalCode, number>> = {
  "bad-request": 400,
  "signed-out": 401,
  "not-allowed": 403,
  "not-found": 404,
  "plan-changed": 409,
  "file-changed": 409,
  "not-now": 409,
  "too-large": 413,
  "not-json": 415,
  "wrong-host": 421,
  "bad-file": 422,
  refused: 422,
  locked: 423,
  "too-many": 429,
  failed: 500,
};

/** An answer that is no success; thrown by whoever finds out, answered in one place. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
  readonly body: Refusal;

  constructor(
    readonly code: RefusalCode,
    message: string,
    more: Omit<Refusal, "error"> & { readonly help?: string } = {},
  ) {
    super(message);
    const { help, ...rest } = more;
    this.body = { error: { code, message, ...(help !== undefined && { help }) }, ...rest };
  }

  /** `message\nhelp: …`, as every error of this package says it. */
  static of(code: RefusalCode, text: string, more: Omit<Refusal, "error"> = {}): RefusedError {
    const { message, ...help } = splitHelp(text);
    return new RefusedError(code, message, { ...more, ...help });
  }

  get status(): number {
    return STATUS[this.code];
  }
}
