import { useEffect, useRef, useState } from "preact/hooks";
import type { FileProblem, StackFile } from "../../api";
import type { CodeEditor } from "../editor/code-editor";
import { Card } from "../parts/card";
import { Notice } from "../parts/notice";
import { Words } from "../parts/words";
import { call, RefusedError } from "../state/api-client";
import { goTo } from "../state/page-route";
import { act, isActing, startRun, whyNoRun } from "../state/stack-acts";
import { stack } from "../state/stack-state";
import { renderCountOf } from "../text/render-number";

/** Behind the last letter typed. */
const CHECK_MS = 400;

/** The stack file, judged by the parser that `up` reads it with. */
export function StackFileView() {
  const name = stack.name.value ?? "";
  if (stack.role.value !== "operator")
    return (
      <>
        <header class="view-head">
          <h1>Stack file</h1>
        </header>
        <Notice kind="note">The stack file may hold what nobody else is to read: operators see it.</Notice>
      </>
    );
  // What is read and typed is of one stack.
  return <OfStack key={name} stackName={name} />;
}

function OfStack({ stackName }: { readonly stackName: string }) {
  const [file, setFile] = useState<StackFile>();
  const read = () => void act(() => call("GET /api/stacks/:stack/file", { params: { stack: stackName } })).then(setFile);
  // It is read for a stack, not for each look
  useEffect(read, []);
  if (file === undefined) return <Notice kind="note">The stack file is being read…</Notice>;
  return <Editing stackName={stackName} file={file} onFile={setFile} onReadAgain={read} />;
}

interface EditingArgs {
  readonly stackName: string;
  readonly file: StackFile;
  readonly onFile: (file: StackFile) => void;
  readonly onReadAgain: () => void;
}

function Editing({ stackName, file, onFile, onReadAgain }: EditingArgs) {
  const [text, setText] = useState(file.text);
  const [problems, setProblems] = useState<readonly FileProblem[]>();
  const editor = useRef<CodeEditor | undefined>(undefined);
  const isChanged = text !== file.text;
  const isOld = stack.fileMark.value !== undefined && stack.fileMark.value !== file.mark;

  useEffect(() => {
    undo();
  }, [file.mark]);
  useEffect(() => {
    const abort = new AbortController();
    const timer = setTimeout(() => {
      call("POST /api/stacks/:stack/file/check", { params: { stack: stackName }, body: { text }, signal: abort.signal }).then(
        (checked) => setProblems(checked.problems),
        () => setProblems(undefined),
      );
    }, CHECK_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [text, stackName]);
  useEffect(() => editor.current?.showProblems(problems ?? []), [problems]);
  useEffect(() => {
    if (!isChanged) return;
    const stay = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", stay);
    return () => removeEventListener("beforeunload", stay);
  }, [isChanged]);

  const undo = () => {
    setText(file.text);
    editor.current?.setText(file.text);
  };
  const save = async () => {
    const saved = await act(async () => {
      try {
        return await call("PUT /api/stacks/:stack/file", { params: { stack: stackName }, body: { text, mark: file.mark } });
      } catch (error) {
        if (error instanceof RefusedError && error.refusal.problems) setProblems(error.refusal.problems);
        throw error;
      }
    });
    if (saved) onFile(saved);
  };
  return (
    <>
      <header class="view-head">
        <h1>Stack file</h1>
        <div class="view-acts">
          <span class="soft">{isChanged ? "not saved" : "as on the disk"}</span>
          <button type="button" class="button" disabled={!isChanged} onClick={undo}>
            Undo all
          </button>
          <button
            type="button"
            class="button button-main"
            disabled={!isChanged || isActing.value || (problems?.length ?? 0) > 0}
            onClick={save}
          >
            Save
          </button>
          <button
            type="button"
            class="button"
            disabled={isChanged || whyNoRun.value !== undefined || isActing.value}
            title={isChanged ? "Save first." : whyNoRun.value}
            onClick={async () => {
              if (await startRun({ kind: "preview" })) goTo("deploy");
            }}
          >
            Preview
          </button>
        </div>
      </header>
      {isOld && (
        <Notice kind="warn" isNews>
          Somebody else has written the stack file since you opened it.{" "}
          <button type="button" class="button" onClick={onReadAgain}>
            Read it again, and lose what is not saved
          </button>
        </Notice>
      )}
      <Problems problems={problems} onOpen={(line, column) => editor.current?.goTo(line, column)} />
      <TextEditor
        text={text}
        onText={setText}
        onSave={() => void save()}
        onReady={(ready) => {
          editor.current = ready;
          ready?.showProblems(problems ?? []);
        }}
      />
    </>
  );
}

interface ProblemsArgs {
  readonly problems: readonly FileProblem[] | undefined;
  readonly onOpen: (line: number, column: number) => void;
}

function Problems({ problems, onOpen }: ProblemsArgs) {
  if (problems === undefined) return null;
  if (problems.length === 0)
    return (
      <p class="text-ok" role="status">
        ✓ <code>ldms up</code> takes it as it stands.
      </p>
    );
  return (
    <Card title={renderCountOf(problems.length, "problem")} style="card-problems">
      <ul class="lines" role="status">
        {problems.map(({ path, message, help, line, column }) => (
          <li key={`${path} ${message}`} class="problem">
            {line === undefined ? (
              <code>{path}</code>
            ) : (
              <button type="button" class="link mono" onClick={() => onOpen(line, column ?? 1)}>
                line {line}: {path}
              </button>
            )}
            <pre class="said">
              <Words text={message} />
            </pre>
            {help !== undefined && (
              <span class="help-line">
                <Words text={help} />
              </span>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}

interface TextEditorArgs {
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly onSave: () => void;
  readonly onReady: (editor: CodeEditor | undefined) => void;
}

/** A plain field until the editor has come, and for good where it does not come. */
function TextEditor({ text, onText, onSave, onReady }: TextEditorArgs) {
  const place = useRef<HTMLDivElement>(null);
  const [isLoaded, setLoaded] = useState(false);
  const latest = useRef({ text, onText, onSave });
  latest.current = { text, onText, onSave };
  // It is opened once
  useEffect(() => {
    let editor: CodeEditor | undefined;
    let isGone = false;
    import("../editor/code-editor").then(
      ({ openCodeEditor }) => {
        if (isGone || !place.current) return;
        editor = openCodeEditor({
          parent: place.current,
          text: latest.current.text,
          isReadOnly: false,
          onText: (next) => latest.current.onText(next),
          onSave: () => latest.current.onSave(),
        });
        setLoaded(true);
        onReady(editor);
      },
      () => undefined,
    );
    return () => {
      isGone = true;
      onReady(undefined);
      editor?.destroy();
    };
  }, []);
  return (
    <>
      <div ref={place} class="editor" hidden={!isLoaded} />
      {!isLoaded && (
        <textarea
          class="editor editor-plain"
          aria-label="stack file"
          spellcheck={false}
          value={text}
          onInput={(event) => onText(event.currentTarget.value)}
        />
      )}
    </>
  );
}
