"""The daemon's log: `   LEVEL: subsystem: text`, on its output."""

import os
import sys
import time

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL", "QUIET")
ALIASES = {"WARN": "WARNING", "CRIT": "CRITICAL"}


class Journal:
    """Messages below the level are dropped; those of no level never."""

    def __init__(self):
        self.level = "ERROR"

    def set_level(self, text):
        """Raises ValueError for a word that is no level."""
        level = ALIASES.get(text.upper(), text.upper())
        if level not in LEVELS:
            raise ValueError(text)
        self.level = level

    def write(self, level, subsystem, text):
        if level and LEVELS.index(level) < LEVELS.index(self.level):
            return
        moment = f"{time.time():.6f}:" if os.environ.get("LDMSD_LOG_TIME_SEC") else ""
        print(f"{moment}{level:>9}: {subsystem}: {text}", flush=True)

    def error(self, subsystem, text):
        self.write("ERROR", subsystem, text)

    def info(self, subsystem, text):
        self.write("INFO", subsystem, text)


def leave(journal, status, reason=""):
    """Ends the program at once, as the real one does: what is under way is left."""
    if reason:
        journal.write("", "ldmsd", f"LDMSD_ LDMS Daemon exiting...status {status}, {reason}")
    journal.write("", "ldmsd", "LDMSD_ cleanup end.")
    sys.stdout.flush()
    os._exit(status)
