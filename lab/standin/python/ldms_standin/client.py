"""What ldms_ls and ldmsd_controller share."""

import asyncio
import sys

from . import munge, wire
from .connection import connect


async def dial(host, port, xprt, auth, seconds=10):
    """A connection; prints what the real tools print and leaves with status 1 where there is none."""
    try:
        wire.check_transport(xprt, auth.plugin)
        return await connect(host, port, auth, seconds)
    except wire.TransportError as problem:
        print("Error creating transport.")
        print(problem, file=sys.stderr)
    except (wire.WireError, munge.AuthError) as problem:
        print("Connection failed/rejected.")
        print(f"{host}:{port}: {problem}", file=sys.stderr)
    sys.exit(1)


def run(coroutine):
    """asyncio.run without a trace when the reader of a pipe leaves."""
    try:
        asyncio.run(coroutine)
    except (BrokenPipeError, KeyboardInterrupt):
        sys.stderr.close()
        sys.exit(1)
