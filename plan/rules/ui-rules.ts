import type { FileFacts } from "./facts";
import type { Rule } from "./rule";

const SETTINGS: FileFacts = {
  host: "cygnus-07",
  path: "/var/lib/ldms/cygnus/ui/settings.py",
  mode: "0644",
  owner: "0:0",
  fingerprint: "5d41402abc4b2a76b9719d911017c592",
  isUniform: false,
  lengthBytes: undefined,
  text: "DEBUG = False\nALLOWED_HOSTS = [\n    'cygnus-07',\n]\nSECRET_KEY = open('/opt/ovis/etc/ui_secret_key').read()\n",
};

const GRAFANA_INI: FileFacts = {
  ...SETTINGS,
  path: "/var/lib/ldms/cygnus/grafana/grafana.ini",
  text: "[security]\nadmin_password = $__file{/etc/grafana/admin_password}\n",
};

/** Right sides of a name's assignments at the start of a line, over several lines where a bracket is open; Python takes the last. */
function readAssignment(text: string, name: string): string | undefined {
  return [...text.matchAll(new RegExp(`^${name}\\s*=\\s*([[(][^\\])]*[\\])]|[^\\n]*)`, "gm"))].at(-1)?.[1]?.trim();
}

function isSettings({ path, text }: FileFacts): boolean {
  return path.endsWith("/settings.py") && text !== undefined;
}

function setting({ text = "" }: FileFacts, name: string): string {
  return readAssignment(text, name) ?? "";
}

function adminPassword({ text = "" }: FileFacts): string | undefined {
  return /^\s*admin_password\s*=\s*(.*?)\s*$/m.exec(text)?.[1];
}

const READERS = ["plan", "resources"] as const;
const change = (from: string, to: string): FileFacts => ({ ...SETTINGS, text: SETTINGS.text!.replace(from, to) });

export const UI_RULES: readonly Rule<FileFacts>[] = [
  {
    name: "ui-not-in-debug",
    description: "The UI shows no debug pages: they show settings and variables to everybody.",
    severity: "high",
    enforcement: "advisory",
    readers: READERS,
    applies: isSettings,
    holds: (facts) => !/^True\b/.test(setting(facts, "DEBUG")),
    message: ({ path }) => `\`${path}\` has the UI show debug pages: \`DEBUG = True\``,
    help: "set `DEBUG = False` in the `settingsFile` of the site",
    examples: { breaking: change("DEBUG = False", "DEBUG = True"), passing: SETTINGS },
  },
  {
    name: "ui-allowed-hosts-named",
    description: "The UI answers to the names of its host, not to every name.",
    severity: "medium",
    enforcement: "advisory",
    readers: READERS,
    applies: isSettings,
    holds: (facts) => !/(['"])\*\1/.test(setting(facts, "ALLOWED_HOSTS")),
    message: ({ path }) => `\`${path}\` lets the UI answer to every name: \`ALLOWED_HOSTS\` has \`*\``,
    help: "list the names in the `settingsFile` of the site",
    examples: { breaking: change("cygnus-07", "*"), passing: SETTINGS },
  },
  {
    name: "ui-secret-key-apart",
    description: "The UI's secret key stands in a file of its own, not in its settings, as the key of upstream's example does.",
    severity: "critical",
    enforcement: "advisory",
    readers: READERS,
    applies: isSettings,
    holds: (facts) => !/^[rbu]*['"]/i.test(setting(facts, "SECRET_KEY")),
    message: ({ path, mode }) => `\`${path}\` holds the UI's secret key, readable by mode ${mode}`,
    help: "leave the `settingsFile` out, or have it read /opt/ovis/etc/ui_secret_key",
    examples: { breaking: change("open('/opt/ovis/etc/ui_secret_key').read()", "'blablablabla'"), passing: SETTINGS },
  },
  {
    name: "grafana-ini-admin-password-not-default",
    description: "A grafana.ini of the site gives the administrator another password than `admin`.",
    severity: "high",
    enforcement: "advisory",
    readers: READERS,
    applies: ({ path, text }) => path.endsWith("/grafana.ini") && text !== undefined,
    holds: (facts) => !["admin", "", undefined].includes(adminPassword(facts)),
    message: (facts) => `\`${facts.path}\` leaves the administrator Grafana's own password: \`${adminPassword(facts) ?? "unset"}\``,
    help: "set `admin_password = $__file{PATH}` in its section `security`",
    examples: { breaking: { ...GRAFANA_INI, text: "[security]\nadmin_password = admin\n" }, passing: GRAFANA_INI },
  },
];
