import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { EditorState, type Text } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import type { FileProblem } from "../../api";

export interface CodeEditor {
  readonly setText: (text: string) => void;
  readonly showProblems: (problems: readonly FileProblem[]) => void;
  readonly goTo: (line: number, column: number) => void;
  readonly destroy: () => void;
}

interface CodeEditorArgs {
  readonly parent: HTMLElement;
  readonly text: string;
  readonly isReadOnly: boolean;
  readonly onText: (text: string) => void;
  readonly onSave: () => void;
}

/** An editor of YAML below an element: in a shadow root it makes its styles as sheets, and the page's policy allows no others. */
export function openCodeEditor({ parent, text, isReadOnly, onText, onSave }: CodeEditorArgs): CodeEditor {
  const root = parent.shadowRoot ?? parent.attachShadow({ mode: "open" });
  const view = new EditorView({
    parent: root as unknown as HTMLElement,
    root,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        history(),
        drawSelection(),
        indentOnInput(),
        bracketMatching(),
        yaml(),
        syntaxHighlighting(COLOURS),
        lintGutter(),
        keymap.of([{ key: "Mod-s", run: () => save(onSave) }, ...defaultKeymap, ...historyKeymap, ...lintKeymap]),
        EditorState.readOnly.of(isReadOnly),
        EditorView.contentAttributes.of({ "aria-label": "stack file", tabindex: "0" }),
        EditorView.updateListener.of(({ docChanged, state }) => docChanged && onText(state.doc.toString())),
        LOOK,
      ],
    }),
  });
  return {
    setText: (next) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } }),
    showProblems: (problems) =>
      view.dispatch(
        setDiagnostics(
          view.state,
          problems.flatMap((problem) => toDiagnostic(view.state.doc, problem)),
        ),
      ),
    goTo: (line, column) => {
      view.dispatch({ selection: { anchor: placeOf(view.state.doc, line, column) }, scrollIntoView: true });
      view.focus();
    },
    destroy: () => view.destroy(),
  };
}

/** A key that did something is not the browser's any more. */
function save(onSave: () => void): true {
  onSave();
  return true;
}

function toDiagnostic(doc: Text, { path, message, help, line, column, endLine, endColumn }: FileProblem): Diagnostic[] {
  if (line === undefined) return [];
  const from = placeOf(doc, line, column ?? 1);
  const end = endLine === undefined ? doc.lineAt(from).to : placeOf(doc, endLine, endColumn ?? 1);
  const said = [`${path}: ${message}`, ...(help === undefined ? [] : [`help: ${help}`])].join("\n");
  return [{ from, to: Math.max(from, end), severity: "error", message: said }];
}

/** The text may have become shorter since it was checked. */
function placeOf(doc: Text, line: number, column: number): number {
  const found = doc.line(Math.max(1, Math.min(doc.lines, line)));
  return Math.min(found.to, found.from + Math.max(0, column - 1));
}

const COLOURS = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--accent)" },
  { tag: tags.comment, color: "var(--soft)", fontStyle: "italic" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--ok-text)" },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword], color: "var(--degraded-text)" },
  { tag: [tags.punctuation, tags.separator, tags.meta], color: "var(--soft)" },
]);

const LOOK = EditorView.theme({
  "&": { color: "var(--text)", backgroundColor: "var(--panel)", fontSize: "13px", height: "100%" },
  "&.cm-focused": { outline: "2px solid var(--accent)" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.5" },
  ".cm-content": { caretColor: "var(--text)" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  ".cm-gutters": { backgroundColor: "var(--raised)", color: "var(--soft)", borderRight: "1px solid var(--line)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--shade)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--line) !important" },
  ".cm-tooltip": { backgroundColor: "var(--raised)", color: "var(--text)", border: "1px solid var(--line)" },
  ".cm-diagnostic": { whiteSpace: "pre-wrap", fontFamily: "var(--sans)", borderLeftColor: "var(--down)" },
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--down)" },
});
