/** A variable that names a file of the secret has a path for its value, and ends in `_FILE`. A bypass and a compass are no pass. */
const SECRET_VARIABLE =
  /((^|_)(JWT|KEY)|(ACCESS|API|AUTH|ENCRYPTION|MASTER|PRIVATE|SIGNING)KEY|CREDENTIALS?|(?<!BY|COM)PASS|PASSPHRASE|PASSWD|PASSWORD|PWD|SECRET|TOKEN)_?[0-9]*$/i;
/** The folder that a shell is in, and the one that it was in. */
const FOLDER_VARIABLE = /^(OLD)?PWD$/;

/** Whether what a variable of this name holds is a secret. */
export function isSecretVariable(name: string): boolean {
  return SECRET_VARIABLE.test(name) && !FOLDER_VARIABLE.test(name);
}

/** `amqp://ldms:PASSWORD@broker:5672`; a user alone is none. */
export const URL_WITH_PASSWORD = /:\/\/[^\s/?#:@]*:[^\s/?#@]+@/;

const HIDDEN = "[not shown]";
/** `admin_password = …`, `"password": …`: all that stands behind is the value. */
const SETTING = /^(\s*(?:- )?["']?)([\w.-]+)(["']?\s*[=:]\s*)(\S.*)$/;
/** `password=…` among other words, and not `/etc/munge/munge.key:/etc/…`. */
const WORD = /(?<![\w./-])([\w.-]+)(["']?[=:])("[^"]*"|'[^']*'|[^\s,;]+)/g;

/** A text for people, without the values whose names say that they are secrets. */
export function hideSecrets(text: string): string {
  return text.split("\n").map(hideInLine).join("\n");
}

function hideInLine(line: string): string {
  const setting = SETTING.exec(line);
  if (setting && isSecretName(setting[2]!)) return `${setting[1]}${setting[2]}${setting[3]}${HIDDEN}`;
  return line
    .replace(WORD, (whole, name: string, sign: string) => (isSecretName(name) ? `${name}${sign}${HIDDEN}` : whole))
    .replace(new RegExp(URL_WITH_PASSWORD, "g"), `://${HIDDEN}@`);
}

/** `ssl.key.password`, `admin-password` */
function isSecretName(name: string): boolean {
  return isSecretVariable(name.replace(/[.-]/g, "_"));
}
