"""What ldms_ls and ldmsd_controller share."""

import asyncio
import errno
import sys

from . import munge, ovis, wire
from .connection import connect, resolve


class DialError(Exception):
    """No connection: an errno, the real library's words for it, and what that library prints of itself."""

    def __init__(self, code, text, log=""):
        super().__init__(text)
        self.code, self.log = code, log


async def dial(host, port, xprt, auth, seconds=10):
    """A connection; raises DialError."""
    try:
        wire.check_transport(xprt, auth.plugin)
        await resolve(host, port)
        return await connect(host, port, auth, seconds)
    except wire.TransportError as problem:
        raise DialError(2, f"ldms_xprt_connect_by_name() error: ENOENT(2): {problem}") from problem
    except ovis.NoWordError as problem:
        text = f"ldms_xprt_connect_by_name() error: {errno.errorcode[problem.code]}({problem.code})"
        raise DialError(problem.code, text, "\n".join(f"    ERROR: auth.ovis: {line}" for line in problem.lines)) from problem
    except munge.NoMungeError as problem:
        text = "ldms_xprt_connect_by_name() error: ENOENT(2)"
        raise DialError(2, text, f"    ERROR: auth.munge: {munge.ENCODE_FAILED}") from problem
    except munge.CredentialError as problem:
        raise DialError(111, "Connect error: ECONNREFUSED(111)", f"    ERROR: auth.munge: {munge.DECODE_FAILED}") from problem
    except munge.AuthError as problem:
        raise DialError(111, "Connect error: ECONNREFUSED(111)") from problem
    except wire.UnresolvedError as problem:
        raise DialError(113, "ldms_xprt_connect_by_name() error: EHOSTUNREACH(113)") from problem
    except wire.WireError as problem:
        raise DialError(103, "Connect error: ECONNABORTED(103)") from problem


def run(coroutine):
    """asyncio.run without a trace when the reader of a pipe leaves."""
    try:
        asyncio.run(coroutine)
    except (BrokenPipeError, KeyboardInterrupt):
        sys.stderr.close()
        sys.exit(1)
