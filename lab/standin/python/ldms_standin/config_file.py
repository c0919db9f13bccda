"""A daemon's files (`-c`), read twice: for the commands that set it up, and for the others."""

import errno
import os
import re

from .commands import HANDLERS, PRIORITY, run_command, split
from .journal import leave


async def run_file(daemon, path):
    """The first error ends the daemon."""
    code = await _run(daemon, path)
    if code:
        leave(daemon.journal, code, f"Error {code} processing configuration file '{path}'")
    if daemon.is_initialized:
        daemon.journal.info("ldmsd", f"Processing the config file '{path}' is done.")


async def _run(daemon, path):
    log = daemon.journal
    try:
        with open(path, encoding="utf-8") as file:
            lines = list(_commands(file))
    except OSError as problem:
        log.error("config", f"Failed to open the config file '{path}'. {problem.strerror}")
        return problem.errno
    for number, line in lines:
        verb, _ = split(line)
        if verb not in HANDLERS:
            log.error("config", f"Process config file error at line {number} ({path}). {os.strerror(errno.ENOSYS)}")
            return errno.ENOSYS
        if (verb in PRIORITY) == daemon.is_initialized:
            continue
        if verb.startswith("prdcr_") and " interval=" in line:
            log.write(
                "WARNING",
                "config",
                "'interval' is begin deprecated. Please use 'reconnect' with 'prdcr_add' or 'prdcr_start*' in the future.",
            )
        code, text = await run_command(daemon, line)
        if code:
            log.error("config", f"msg_no {number}: error {code}: {text}")
            log.error("config", f"Configuration error at line {number} ({path})")
            return code
    return 0


def _commands(file):
    """(number of its last line, command): without comments, with lines that end in a backslash joined."""
    pending = ""
    for number, line in enumerate(file, 1):
        pending += re.sub(r"(^|\s)#.*", "", line).strip()
        if pending.endswith("\\"):
            pending = pending[:-1] + " "
            continue
        if pending:
            yield number, pending
        pending = ""
