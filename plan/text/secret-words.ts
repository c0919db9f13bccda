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

/** As they stand in files of any form; a bypass and a compass are no pass. */
const SECRET_WORD =
  /(?<!by|com)pass(?![a-z])|pass(code|phrase|wd|word)|pwd|secret|token|credential|bearer|authorization|jwt|(access|api|auth|encryption|master|private|signing)[ _.-]?key|-----BEGIN/i;
/** `key = …`, `"ssl_key": …`, and not `/etc/munge/munge.key:/etc/…`. */
const KEY_SETTING = /(?<![\w./=-])([\w.-]*[_.-])?key["']?\s*[=:]/i;

/**
 * Whether a text might have a password in it, as far as words can tell: true where in doubt, since what stands around a secret's word,
 * on its line or the next, has a form of its own in every kind of file.
 */
export function mayHoldSecret(text: string): boolean {
  return SECRET_WORD.test(text) || KEY_SETTING.test(text) || hasUrlWithUser(text);
}

/** Word by word: a pattern would take the square of the time of a text that is one long word. */
function hasUrlWithUser(text: string): boolean {
  return text.split(/[\s"'<>]/).some((word) => {
    const at = word.indexOf("://");
    return at >= 0 && word.includes("@", at + 3);
  });
}
