import { route, setQuery } from "../state/page-route";

interface FindHeadArgs {
  readonly title: string;
  readonly label: string;
  readonly placeholder: string;
}

/** The head of a list, with a field whose words are in the address. */
export function FindHead({ title, label, placeholder }: FindHeadArgs) {
  return (
    <header class="view-head">
      <h1>{title}</h1>
      <div class="view-acts">
        <input
          type="search"
          aria-label={label}
          placeholder={placeholder}
          value={route.value.query["find"] ?? ""}
          onInput={(event) => setQuery({ find: event.currentTarget.value })}
        />
      </div>
    </header>
  );
}
