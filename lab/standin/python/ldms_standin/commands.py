"""The configuration language: `VERB name=value ...`, answered by (errno, text)."""

import errno
import inspect
import re

from . import commands_aggregate, commands_sample

HANDLERS = {**commands_sample.HANDLERS, **commands_aggregate.HANDLERS}


async def run_command(daemon, line):
    """Never raises: what is wrong is in the answer, and the daemon goes on."""
    line = line.strip()
    if not line or line.startswith("#"):
        return 0, ""
    verb, *words = daemon.expand(line).split()
    handler = HANDLERS.get(verb)
    if not handler:
        return errno.ENOSYS, f"unknown command: `{verb}`"
    attributes = dict(word.split("=", 1) if "=" in word else (word, "") for word in words)
    try:
        result = handler(daemon, attributes)
        return 0, (await result if inspect.isawaitable(result) else result) or ""
    except commands_sample.Refused as problem:
        return problem.code, str(problem)
    except KeyError as problem:
        return errno.EINVAL, f"`{verb}` needs the attribute `{problem.args[0]}`"
    except (ValueError, re.error) as problem:
        return errno.EINVAL, str(problem)
    except OSError as problem:
        return problem.errno or errno.ENOENT, str(problem)
