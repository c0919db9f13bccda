"""The shared word of `ovis`, read as strictly as the real one reads it. @see ldms: lib/src/ovis_auth/auth.c"""

import errno
import hashlib
import hmac
import os

from . import munge

LEAST, MOST = 8, 512
FRAME = "@" * 50


class NoWordError(munge.AuthError):
    """There is no word to prove anything by: an errno, and what the real library says of it, line by line."""

    def __init__(self, code, *lines):
        super().__init__(lines[-1])
        self.code, self.lines = code, lines


def read_word(conf):
    path = conf or os.environ.get("LDMS_AUTH_FILE")
    if not path:
        see = "See 'man ldms_auth_ovis' for all the checked locations."
        raise NoWordError(errno.ENOENT, "Cannot find any files that contains a secret word.", see)
    failed = f"Failed to read the secret word from {path}."
    try:
        mode = os.stat(path).st_mode & 0o077
        if mode:
            warning = (FRAME, "@     WARNING: UNPROTECTED SECRET WORD FILE!     @", f"Permissions {mode:04o} for '{path}' are too open.")
            raise NoWordError(errno.EINVAL, *warning, "Your secret word file must NOT accessible by others.", FRAME, failed)
        with open(path, encoding="utf-8", errors="replace") as file:
            lines = file.read().split("\n")
    except OSError as problem:
        raise NoWordError(problem.errno, f"{os.strerror(problem.errno)} while trying to stat {path}", failed) from problem
    line = next((one for one in lines if one.startswith("secretword=")), None)
    if line is None:
        raise NoWordError(errno.ENOENT, failed)
    word = line[len("secretword=") :].replace("#", " ").replace("\t", " ").strip().split(" ")[0]
    if not word:
        raise NoWordError(errno.EINVAL, "the secret word is an empty string.", failed)
    if not LEAST <= len(word) <= MOST:
        raise NoWordError(errno.EINVAL, f"the secret word must be at least {LEAST} characters and at most {MOST} characters.", failed)
    return word


def prove(word, nonce):
    return hashlib.sha224((nonce + word).encode()).hexdigest()


def check(word, nonce, proof):
    """Raises AuthError. The real one says nothing of it in its log."""
    if not hmac.compare_digest(prove(word, nonce), proof):
        raise munge.AuthError("the other side has another word")
