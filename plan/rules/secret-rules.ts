import { SPEC_LABEL } from "../containers/spec-hash";
import { MIN_KEY_BYTES } from "../munge/key-form";
import { isSamePath } from "../text/host-path";
import { isSecretVariable, URL_WITH_PASSWORD } from "../text/secret-words";
import { GRAFANA, SAMPLER } from "./examples";
import type { ContainerFacts } from "./facts";
import { isOurs, nameOf, quoted } from "./role-of-container";
import type { Rule } from "./rule";

/** base64 of the least that munged takes for a key, or more. */
const KEY_TEXT = new RegExp(`^[A-Za-z0-9+/]{${Math.ceil((MIN_KEY_BYTES * 4) / 3)},}={0,2}$`);

const PATH = /^(\/[^/]+){3,}$/;

function looksLikeKey(text: string): boolean {
  return KEY_TEXT.test(text) && !PATH.test(text) && /[0-9]/.test(text) && /[a-z]/.test(text) && /[A-Z]/.test(text);
}

function isSecret(text: string): boolean {
  return looksLikeKey(text) || URL_WITH_PASSWORD.test(text);
}

/** Whether a variable is one that no container may have. */
export function isSecretSetting(name: string, value: string): boolean {
  return value !== "" && (isSecretVariable(name) || isSecret(value));
}

/** Where secrets stand, never what they are. Shape: `env MUNGE_KEY`, `argument 3`, `label note`. */
function findSecrets({ env, entrypoint, argv, labels }: ContainerFacts): string[] {
  return [
    ...Object.entries(env).flatMap(([name, value]) => (isSecretSetting(name, value) ? [`env ${name}`] : [])),
    ...[...entrypoint, ...argv].flatMap((word, i) => (word.split(/[=\s]/).some(isSecret) ? [`argument ${i + 1}`] : [])),
    ...Object.entries(labels).flatMap(([name, value]) => (name !== SPEC_LABEL && isSecret(value) ? [`label ${name}`] : [])),
  ];
}

/** undefined where a grafana.ini may say it. */
function hasOwnPassword({ env, mounts }: ContainerFacts): boolean | undefined {
  const password = env["GF_SECURITY_ADMIN_PASSWORD"];
  if (password !== undefined) return password !== "admin";
  if (env["GF_SECURITY_ADMIN_PASSWORD__FILE"] || env["GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION"] === "true") return true;
  return mounts.some(({ target }) => isSamePath(target, "/etc/grafana/grafana.ini")) ? undefined : false;
}

export const SECRET_RULES: readonly Rule<ContainerFacts>[] = [
  {
    name: "no-secret-in-settings",
    description:
      "No environment variable, argument or label of a container is a secret: `docker inspect` shows them to everybody who may ask.",
    severity: "critical",
    enforcement: "mandatory",
    readers: ["plan", "resources", "audit"],
    applies: isOurs,
    holds: (facts) => findSecrets(facts).length === 0,
    message: (facts) => `${nameOf(facts)} shows a secret: ${quoted(findSecrets(facts))}`,
    help: "hand it over in a file of mode 0600",
    examples: {
      breaking: { ...SAMPLER, env: { ...SAMPLER.env, MUNGE_KEY: "0123456789" } },
      passing: { ...SAMPLER, env: { ...SAMPLER.env, MUNGE_KEY_FILE: "/etc/munge/munge.key" } },
    },
  },
  {
    name: "grafana-admin-password-set",
    description: "Grafana's administrator has a password of the site's, not Grafana's own `admin`.",
    severity: "high",
    enforcement: "advisory",
    readers: ["plan", "resources", "audit"],
    applies: ({ role }) => role === "grafana",
    holds: hasOwnPassword,
    message: (facts) => `${nameOf(facts)} starts with the administrator's password \`admin\``,
    help: "change it at the first login, or set `admin_password` in a `configFile` of the site; then waive this rule",
    examples: { breaking: GRAFANA, passing: { ...GRAFANA, env: { GF_SECURITY_ADMIN_PASSWORD__FILE: "/etc/grafana/admin_password" } } },
  },
];
