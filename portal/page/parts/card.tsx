import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

interface CardArgs {
  readonly title: string;
  /** Beside the title: how old it is, a button. */
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
  readonly style?: string;
}

export function Card({ title, aside, children, style = "" }: CardArgs) {
  const id = useId();
  return (
    <section class={`card ${style}`} aria-labelledby={id}>
      <header class="card-head">
        <h2 id={id}>{title}</h2>
        {aside !== undefined && <div class="card-aside">{aside}</div>}
      </header>
      {children}
    </section>
  );
}
