import type { AdoptionProof } from "../../plan/adopt/proof";
import { countOf, showControls } from "../../plan/text/text";
import { foldByText } from "../reach/fold-by-text";

/** What taking over comes to, hosts with the same folded. @param isDone it has been done */
export function renderAdoption({ containers, missing, others }: AdoptionProof, isDone: boolean): string {
  const lines = containers.map(({ host, container, verdict, differences, state }) => {
    const said = [`${container} is ${verdict === "equal" ? "as in the stack" : "not as in the stack: the next `up` makes it anew"}`];
    const stopped = state === "running" ? [] : [`  it is ${state}: the next \`up\` starts it`];
    return { host, text: [...said, ...differences.map((line) => `  ${showControls(line)}`), ...stopped].join("\n") };
  });
  const unstarted = missing.map(({ host, container }) => ({ host, text: `${container} is missing: the next \`up\` starts it` }));
  const strange = others.map(({ host, container, help }) => ({
    host,
    text: `${container} is not in the stack, and is left alone${help === undefined ? "" : `; it is in the way\n  help: ${help}`}`,
  }));
  return [...foldByText([...lines, ...unstarted, ...strange]), ...renderAdditions(containers), summarize(containers, isDone)].join("\n");
}

/** Their names alone: what each is, `ldms plan` prints. */
function renderAdditions(containers: AdoptionProof["containers"]): string[] {
  const names = [...new Set(containers.flatMap(({ additions }) => additions.map((word) => word.split(" ", 1)[0]!)))].sort();
  return names.length > 0
    ? [`What only a new container gets, whenever it is made: ${names.join(", ")} (\`ldms plan\` has the values)`]
    : [];
}

function summarize(containers: AdoptionProof["containers"], isDone: boolean): string {
  const different = containers.filter(({ verdict }) => verdict === "differs").length;
  const verb = isDone ? "taken over, as they run" : "would be taken over, as they run";
  const rest = different > 0 ? `; ${different} of them ${different === 1 ? "differs" : "differ"} from the stack` : "";
  return `${countOf(containers.length, "container")} ${verb}: nothing is restarted${rest}`;
}
