import { useEffect } from "preact/hooks";
import { me, openFault } from "../state/open-stack-page";
import { route, VIEW_NAMES, type ViewName } from "../state/page-route";
import { isStarting } from "../state/sign-in";
import { actFault } from "../state/stack-acts";
import { stack } from "../state/stack-state";
import { AuditView } from "../views/audit-view";
import { DeployView } from "../views/deploy-view";
import { DriftView } from "../views/drift-view";
import { FindingsView } from "../views/findings-view";
import { HistoryView } from "../views/history-view";
import { HostsView } from "../views/hosts-view";
import { OverviewView } from "../views/overview-view";
import { SignInView } from "../views/sign-in-view";
import { StackFileView } from "../views/stack-file-view";
import { HelpDialog } from "./help-dialog";
import { Notice } from "./notice";
import { SideMenu } from "./side-menu";
import { TopBar } from "./top-bar";

const SHOWN: Readonly<Record<ViewName, () => preact.JSX.Element>> = {
  overview: OverviewView,
  hosts: HostsView,
  deploy: DeployView,
  drift: DriftView,
  findings: FindingsView,
  history: HistoryView,
  file: StackFileView,
  audit: AuditView,
};

export function PageFrame() {
  if (isStarting.value) return <p class="starting">LDMS portal…</p>;
  if (me.value === undefined) return <SignInView />;
  return (
    <div class="frame">
      <TopBar />
      <SideMenu />
      <Content />
      <HelpDialog />
    </div>
  );
}

function Content() {
  const { view } = route.value;
  const name = stack.name.value;
  useEffect(() => {
    document.title = name === undefined ? "LDMS" : `${name}: ${VIEW_NAMES[view]}`;
  }, [view, name]);
  // What was refused in another view is past
  useEffect(() => {
    actFault.value = undefined;
  }, [view]);
  const View = SHOWN[view];
  return (
    <main id="main" class="content" tabIndex={-1}>
      {openFault.value !== undefined && <Notice kind="bad">{openFault.value}</Notice>}
      {stack.fault.value !== undefined && (
        <Notice kind="bad">
          <pre class="said">{stack.fault.value}</pre>
        </Notice>
      )}
      <Lock />
      <Fault />
      {me.value?.stacks.length === 0 && <Notice kind="note">You may see none of the stacks here. Who runs this portal can let you.</Notice>}
      {name !== undefined && <View />}
    </main>
  );
}

function Lock() {
  const lock = stack.lock.value;
  if (lock === undefined || lock.isOurs) return null;
  return (
    <Notice kind="warn" isNews>
      <b>{lock.who}</b> is at work on this stack since {lock.since}: nothing can be deployed until that is done.
    </Notice>
  );
}

function Fault() {
  const fault = actFault.value;
  if (fault === undefined) return null;
  return (
    <Notice kind="bad" isNews>
      <pre class="said">{fault.message}</pre>
      {fault.lines && (
        <ul>
          {fault.lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
      {fault.help !== undefined && <p class="help-line">{fault.help}</p>}
      <button type="button" class="button" onClick={() => (actFault.value = undefined)}>
        Understood
      </button>
    </Notice>
  );
}
