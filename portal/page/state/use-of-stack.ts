import { useEffect, useState } from "preact/hooks";
import type { PortalRoute } from "../../api";
import { type AnswerOf, call } from "./api-client";
import { act } from "./stack-acts";
import { stack } from "./stack-state";

interface UseOfStackArgs {
  /** Beside the stack. */
  readonly params?: Readonly<Record<string, string | number>>;
  /** It is read again when one of these changes. */
  readonly also?: readonly unknown[];
}

/** What the server tells of the stack that is shown; undefined until it has: what comes late of another stack is never taken for this one's. */
export function useOfStack<R extends PortalRoute>(route: R, { params = {}, also = [] }: UseOfStackArgs = {}): AnswerOf<R> | undefined {
  const name = stack.name.value;
  const [found, setFound] = useState<{ readonly of: string; readonly answer: AnswerOf<R> }>();
  useEffect(() => {
    if (name === undefined) return;
    let isGone = false;
    void act(() => call(route, { params: { ...params, stack: name } })).then((answer) => {
      if (answer !== undefined && !isGone) setFound({ of: name, answer });
    });
    return () => {
      isGone = true;
    };
  }, [name, ...Object.values(params), ...also]);
  return found !== undefined && found.of === name ? found.answer : undefined;
}
