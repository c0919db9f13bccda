"""The configuration language: `VERB name=value ...`, answered by (errno, text or data)."""

import errno
import inspect
import re

from . import commands_advertise, commands_aggregate, commands_daemon, commands_sample, commands_store, commands_streams, commands_update
from .refusal import Refused

PRIORITY = commands_daemon.PRIORITY
PARTS = (commands_sample, commands_aggregate, commands_advertise, commands_update, commands_store, commands_streams)
ACTIONS = {name: handler for part in PARTS for name, handler in part.ACTIONS.items()}
QUESTIONS = {name: handler for part in (commands_daemon, *PARTS) for name, handler in part.QUESTIONS.items()}
HANDLERS = {**PRIORITY, **ACTIONS, **QUESTIONS}


def split(line):
    """(verb, [word])."""
    verb, *words = line.split()
    return verb, words


async def run_command(daemon, line):
    """Never raises: what is wrong is in the answer, and the daemon goes on."""
    verb, words = split(line)
    handler = HANDLERS.get(verb)
    if not handler:
        return errno.ENOSYS, f"unknown command: `{verb}`"
    if verb not in QUESTIONS:
        daemon.change_count += 1
    # Each value by itself: an empty variable is an empty value, not the next word.
    args = {name: daemon.expand(value) for name, _, value in (word.partition("=") for word in words)}
    try:
        result = handler(daemon, args)
        return 0, await result if inspect.isawaitable(result) else result
    except Refused as problem:
        return problem.code, str(problem)
    except (ValueError, re.error) as problem:
        return errno.EINVAL, str(problem)
