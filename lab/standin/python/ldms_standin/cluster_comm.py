"""maestro's connection to a daemon, and the commands it gives."""

import asyncio
import logging

from . import munge, wire
from .connection import connect

log = logging.getLogger("__main__")
NOT_CONNECTED = 107
# Of the real one's requests, whatever --timeout says.
REQUEST_SECONDS = 5


def conf_words(endpoint):
    """What is handed to the plugin: a path alone is its file."""
    conf = endpoint["auth"].get("conf")
    return [] if conf is None else [conf if "=" in conf else f"conf={conf}"]


class Comm:
    """A connection that is made once; only those of aggregators are ever made again."""

    def __init__(self, name, host, endpoint):
        self.name, self.host, self.endpoint = name, host, endpoint
        self.auth = wire.Auth(endpoint["auth"].get("plugin") or "none", conf_words(endpoint))
        # How many commands had changed the daemon when maestro last asked.
        self.change_count = None
        self._connection = None

    @property
    def is_connected(self):
        return self._connection is not None and not self._connection.closed.is_set()

    async def connect(self, seconds):
        try:
            self._connection = await connect(self.host, int(self.endpoint["port"]), self.auth, seconds)
        except (OSError, wire.WireError, munge.AuthError):
            self._connection = None

    async def ask(self, **message):
        """(errno, text or data)."""
        if not self.is_connected:
            return NOT_CONNECTED, None
        try:
            answer = await self._connection.request(message, REQUEST_SECONDS)
        except (wire.WireError, asyncio.TimeoutError):
            return NOT_CONNECTED, None
        return answer["code"], answer.get("data", answer.get("text"))

    async def run(self, verb, **args):
        """A command; attributes that are None are left out."""
        words = [f"{key}={value}" for key, value in args.items() if value is not None]
        return await self.ask(op="command", line=" ".join([verb, *words]))

    async def count_changes(self):
        return await self.ask(op="changes")


async def add_listeners(comm, listeners):
    """The endpoints of a daemon that are not maestro's own."""
    for endpoint in listeners:
        auth = endpoint["auth"]["name"]
        if auth != comm.endpoint["auth"]["name"]:
            code, text = await comm.run("auth_add", name=auth, plugin=endpoint["auth"].get("plugin"), conf=endpoint["auth"].get("conf"))
            if code:
                log.info("Error adding authentication domain %s to sampler %s: %s", auth, comm.name, text)
                continue
        code, _ = await comm.run("listen", xprt=endpoint["xprt"], port=endpoint["port"], auth=auth)
        if code:
            log.error("Error adding listening endpoint %s", endpoint["name"])
            log.error("Error code %d", code)


def to_words(config):
    """A plugin's `config` entry as a command has it."""
    if isinstance(config, str):
        return config
    return " ".join(f"{key}={value}" for key, value in config.items())
