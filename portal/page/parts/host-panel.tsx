import { useEffect, useRef, useState } from "preact/hooks";
import type { ContainerView, HostView } from "../../api";
import { call } from "../state/api-client";
import { hostsVersion, stack } from "../state/stack-state";
import { renderAge } from "../text/render-age";
import { Age } from "./age";
import { Notice } from "./notice";
import { StateWord } from "./state-mark";
import { Words } from "./words";

interface HostPanelArgs {
  readonly host: string;
  readonly onClose: () => void;
}

/** More often nobody reads it. */
const AGAIN_MS = 2000;

/** All that is known of one host. */
export function HostPanel({ host, onClose }: HostPanelArgs) {
  const [view, setView] = useState<HostView>();
  const [fault, setFault] = useState<string>();
  const heading = useRef<HTMLHeadingElement>(null);
  const name = stack.name.value ?? "";
  const version = hostsVersion.value;

  useEffect(() => heading.current?.focus(), []);
  useEffect(() => {
    const abort = new AbortController();
    const take = (read: HostView) => {
      setView(read);
      setFault(undefined);
    };
    const timer = setTimeout(
      () =>
        call("GET /api/stacks/:stack/hosts/:host", { params: { stack: name, host }, signal: abort.signal }).then(take, (error) => {
          if (!abort.signal.aborted) setFault(error instanceof Error ? error.message : String(error));
        }),
      view === undefined ? 0 : AGAIN_MS,
    );
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [host, name, version]);

  return (
    <aside class="panel" aria-label={`host ${host}`} onKeyDown={(event) => event.key === "Escape" && onClose()}>
      <header class="card-head">
        <h2 ref={heading} tabIndex={-1} class="mono">
          {host}
        </h2>
        <button type="button" class="button" onClick={onClose}>
          Close
        </button>
      </header>
      {fault !== undefined && <Notice kind="bad">{fault}</Notice>}
      {view && (
        <>
          <p>
            <StateWord letter={view.letter} /> <span class="soft">seen</span>{" "}
            <Age at={view.seen} staleAfter={3 * stack.periods.value.status} />
          </p>
          {view.fault !== undefined && <pre class="said">{view.fault}</pre>}
          <p class="soft">{view.groups.join(", ")}</p>
          {view.containers.map((container) => (
            <Container key={container.name} {...container} />
          ))}
          {view.drift.length > 0 && (
            <>
              <h3>Differs from the stack file</h3>
              <ul class="lines">
                {view.drift.map(({ kind, subject, message, mend }) => (
                  <li key={`${subject} ${message}`}>
                    <span class="tag">{kind}</span> <code>{subject}</code> <Words text={message} />
                    <span class="help-line">
                      <Words text={mend} />
                    </span>
                  </li>
                ))}
              </ul>
            </>
          )}
        </>
      )}
    </aside>
  );
}

function Container({
  name,
  role,
  isPlanned,
  letter,
  state,
  health,
  since,
  restarts,
  image,
  imageWanted,
  toldBy,
  ageSeconds,
}: ContainerView) {
  const started = since === undefined ? Number.NaN : Date.parse(since) / 1000;
  const facts: readonly (readonly [string, unknown])[] = [
    ["role", role],
    ["state", health === "none" ? state : `${state}, ${health}`],
    ["started", Number.isFinite(started) ? <Age at={started} /> : undefined],
    ["restarts", restarts],
    ["image", image],
    ["image wanted", imageWanted === image ? undefined : imageWanted],
    ["told by", toldBy],
    ["its data is", ageSeconds === undefined ? undefined : `${renderAge(ageSeconds)} old`],
  ];
  return (
    <article class="container">
      <h3>
        <span class="mono">{name}</span> <StateWord letter={letter} />{" "}
        {!isPlanned && <span class="tag tag-degraded">not in the stack file</span>}
      </h3>
      <dl class="facts">
        {facts.map(([word, value]) =>
          value === undefined ? null : (
            <div key={word}>
              <dt>{word}</dt>
              <dd>{value as string}</dd>
            </div>
          ),
        )}
      </dl>
    </article>
  );
}
