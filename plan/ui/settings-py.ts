import { APPLICATION, INTEGRATIONS } from "./settings-application";

export interface UiSettings {
  /** Names by which browsers, Grafana and the health check ask. */
  readonly allowedHosts: readonly string[];
  /** Folder of the SOS containers, as dsosd and the aggregator see it, with a slash at its end: `/store/`. */
  readonly storeFolder: string;
  readonly dsosdConf: string;
  readonly secretKeyFile: string;
  readonly databaseFile: string;
}

/**
 * Django's settings of the UI: every name of the upstream README's example, with its development settings turned into those of a service:
 * no debug pages, the known host names only, a secret key of its own, and a database outside the image.
 */
export function renderSettingsPy(settings: UiSettings): string {
  return `${renderService(settings)}${APPLICATION}${renderStorage(settings)}${INTEGRATIONS}`;
}

/** A Python literal; JSON's strings are Python's too. */
function literal(text: string): string {
  return JSON.stringify(text);
}

function renderService({ allowedHosts, secretKeyFile }: UiSettings): string {
  return `"""Django settings of the LDMS UI, made by its deployment; a change made here is lost at the next one."""
import json
import os

log = open('/var/log/sosgui/settings.log', 'a')
BASE_DIR = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

with open(${literal(secretKeyFile)}, 'rb') as secret_key_file:
    SECRET_KEY = secret_key_file.read().hex()

DEBUG = False

ALLOWED_HOSTS = [
${allowedHosts.map((host) => `    ${literal(host)},`).join("\n")}
]
`;
}

function renderStorage({ storeFolder, dsosdConf, databaseFile }: UiSettings): string {
  return `
DATABASES = {
    'default': {
        'ENGINE': 'django.db.backends.sqlite3',
        'NAME': ${literal(databaseFile)},
    }
}

SOS_ROOT = ${literal(storeFolder)}
DSOS_ROOT = ${literal(storeFolder)}
DSOS_CONF = ${literal(dsosdConf)}
`;
}
