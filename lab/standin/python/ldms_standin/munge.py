"""Credentials by the real `munge` and `unmunge`, through the socket of whichever munged the container sees."""

import asyncio

TIMEOUT_SECONDS = 5


class AuthError(Exception):
    """No credential could be made, or one is not valid here."""


async def make_credential(payload, socket=None):
    return (await _run("munge", payload, socket)).strip()


async def check_credential(credential, payload, socket=None):
    """Raises AuthError unless the credential decodes here, with the same key, to this payload."""
    if await _run("unmunge", credential, socket, "--metadata=/dev/null") != payload:
        raise AuthError("the credential is for another connection")


async def _run(program, text, socket, *options):
    argv = [program, *options]
    if socket:
        argv.append(f"--socket={socket}")
    pipe = asyncio.subprocess.PIPE
    try:
        process = await asyncio.create_subprocess_exec(*argv, stdin=pipe, stdout=pipe, stderr=pipe)
    except OSError as problem:
        raise AuthError(f"{program}: {problem}") from problem
    try:
        out, err = await asyncio.wait_for(process.communicate(text.encode()), TIMEOUT_SECONDS)
    except asyncio.TimeoutError:
        process.kill()
        raise AuthError(f"{program}: no answer within {TIMEOUT_SECONDS} s") from None
    if process.returncode != 0:
        raise AuthError(err.decode(errors="replace").strip() or f"{program}: status {process.returncode}")
    return out.decode()
