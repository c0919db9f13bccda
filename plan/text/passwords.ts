/** `//user:word@host` */
const IN_URL = /(\/\/[^\s/:@]*):[^\s/@]+@/g;
/** `user:word@host`, which may look like the digest behind an image's tag. */
const BEFORE_HOST = /:[^\s/@,`"']+@/g;

/** A text without the passwords of its URLs. */
export function hideInUrls(text: string): string {
  return text.replaceAll(IN_URL, "$1:***@");
}

/** A text that names no images, without the passwords before its hosts. */
export function hidePasswords(text: string): string {
  return text.replaceAll(BEFORE_HOST, ":***@");
}
