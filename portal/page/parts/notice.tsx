import type { ComponentChildren } from "preact";

interface NoticeArgs {
  readonly kind: "note" | "warn" | "bad" | "good";
  readonly children: ComponentChildren;
  /** It came while somebody was looking: a screen reader says it. */
  readonly isNews?: boolean;
}

export function Notice({ kind, children, isNews = false }: NoticeArgs) {
  return (
    <div class={`notice notice-${kind}`} {...(isNews && { role: kind === "bad" ? "alert" : "status" })}>
      {children}
    </div>
  );
}
