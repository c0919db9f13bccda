"""Credentials by the real `munge` and `unmunge`, through the socket of whichever munged the container sees."""

import asyncio

TIMEOUT_SECONDS = 5
# The real daemon's words, in its log.
ENCODE_FAILED = "Failed to encode MUNGE. Socket communication error"
DECODE_FAILED = "munge_decode() failed. Invalid credential"


class AuthError(Exception):
    """The two sides do not authenticate alike, or the other one refuses."""


class CredentialError(AuthError):
    """A credential is not valid."""


class NoMungeError(CredentialError):
    """munged does not answer: no credential could be made."""


async def make_credential(payload, socket=None):
    try:
        return (await _run("munge", payload, socket)).strip()
    except CredentialError as problem:
        raise NoMungeError(str(problem)) from problem


async def check_credential(credential, payload, socket=None):
    """Raises CredentialError unless the credential decodes here, with the same key, to this payload."""
    if await _run("unmunge", credential, socket, "--metadata=/dev/null") != payload:
        raise CredentialError("the credential is for another connection")


async def _run(program, text, socket, *options):
    argv = [program, *options]
    if socket:
        argv.append(f"--socket={socket}")
    pipe = asyncio.subprocess.PIPE
    try:
        process = await asyncio.create_subprocess_exec(*argv, stdin=pipe, stdout=pipe, stderr=pipe)
    except OSError as problem:
        raise CredentialError(f"{program}: {problem}") from problem
    try:
        out, err = await asyncio.wait_for(process.communicate(text.encode()), TIMEOUT_SECONDS)
    except asyncio.TimeoutError:
        process.kill()
        raise CredentialError(f"{program}: no answer within {TIMEOUT_SECONDS} s") from None
    if process.returncode != 0:
        raise CredentialError(err.decode(errors="replace").strip() or f"{program}: status {process.returncode}")
    return out.decode()
