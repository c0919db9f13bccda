import { useEffect, useRef } from "preact/hooks";
import { areKeysOn, FOCUS_KEYS, isHelpOpen, PAGE_KEYS, setKeys } from "../state/page-keys";
import { STATES, StateWord } from "./state-mark";

function KeyList({ keys }: { readonly keys: readonly { readonly key: string; readonly does: string }[] }) {
  return (
    <dl class="keys">
      {keys.map(({ key, does }) => (
        <div key={key}>
          <dt>
            <kbd>{key}</kbd>
          </dt>
          <dd>{does}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The keys, and what the marks mean. */
export function HelpDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  const isOpen = isHelpOpen.value;
  useEffect(() => {
    if (isOpen) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isOpen]);
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="help-title" onClose={() => (isHelpOpen.value = false)}>
      <header class="card-head">
        <h2 id="help-title">Keys</h2>
        <button type="button" class="button" onClick={() => (isHelpOpen.value = false)}>
          Close
        </button>
      </header>
      <KeyList keys={PAGE_KEYS} />
      <KeyList keys={FOCUS_KEYS} />
      <label class="chip">
        <input type="checkbox" checked={areKeysOn.value} onChange={(event) => setKeys(event.currentTarget.checked)} />
        keys of one letter work
      </label>
      <h3>Marks</h3>
      <p class="legend">
        {(Object.keys(STATES) as (keyof typeof STATES)[]).map((letter) => (
          <StateWord key={letter} letter={letter} />
        ))}
      </p>
      <p class="soft">
        Beside every value stands how old it is. Where it is older than three looks it is marked:{" "}
        <span class="age age-stale">90 s ago</span>
      </p>
    </dialog>
  );
}
