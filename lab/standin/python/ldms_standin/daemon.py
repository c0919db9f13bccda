"""The state of one ldmsd and its server side."""

import asyncio
import os
import re
import secrets
import socket
import sys

from . import munge, wire
from .commands import run_command

LEVELS = ("DEBUG", "INFO", "WARN", "ERROR", "CRITICAL", "QUIET")


class Daemon:
    """Everything is in memory: a restarted daemon waits for its configuration again."""

    def __init__(self, name, level, auth):
        self.name, self.level = name, level
        # Tells a restarted daemon from the one before.
        self.run_id = secrets.token_hex(8)
        self.auths = {"default": auth}
        self.environment = {"HOSTNAME": socket.gethostname(), **os.environ}
        self.sets = {}
        self.plugins, self.producers, self.updaters, self.policies = {}, {}, {}, {}
        self.servers = []

    def log(self, level, text, always=False):
        if always or LEVELS.index(level) >= LEVELS.index(self.level):
            print(f"{level}: ldmsd: {text}", flush=True)

    def expand(self, text):
        """`${NAME}` from the daemon's environment; an unknown name is empty, as in the real one."""
        return re.sub(r"\$\{(\w+)\}", lambda match: self.environment.get(match[1], ""), text)

    async def listen(self, xprt, port, host=None, auth_name="default"):
        """Raises wire.TransportError, OSError."""
        auth = self.auths[auth_name]
        wire.check_transport(xprt, auth.plugin)

        async def serve(reader, writer):
            await self._serve(reader, writer, auth)

        self.servers.append(await asyncio.start_server(serve, host or None, port, limit=wire.LINE_LIMIT))
        self.log("INFO", f"Listening on {xprt}:{port} using `{xprt}` transport and `{auth.plugin}` authentication", always=True)

    async def _serve(self, reader, writer, auth):
        peer = writer.get_extra_info("peername")
        try:
            wire.keep_alive(writer)
            await asyncio.wait_for(wire.greet_client(reader, writer, auth), wire.HANDSHAKE_SECONDS)
            while (message := await wire.receive(reader)) is not None:
                await wire.send(writer, await self._answer(message))
        except munge.AuthError as problem:
            self.log("ERROR", f"connection from {peer and peer[0]} rejected: authentication failed: {problem}")
        except (OSError, wire.WireError, asyncio.TimeoutError) as problem:
            self.log("INFO", f"connection from {peer and peer[0]} ended: {problem}")
        finally:
            writer.close()

    async def _answer(self, message):
        if message.get("op") == "sets":
            return {"sets": [one for one in self.sets.values() if _matches(one, message.get("match", []))]}
        if message.get("op") == "command":
            code, text = await run_command(self, str(message.get("line", "")))
            if code:
                self.log("ERROR", f"{str(message.get('line')).split(' ')[0]}: {text}")
            return {"code": code, "text": text}
        return {"code": 22, "text": "unknown request"}

    def deliver(self, producer, sets):
        """What an updater pulled: kept for those above, stored where a policy says so."""
        for one in sets:
            before = self.sets.get(one["instance"])
            self.sets[one["instance"]] = one
            producer.instances.add(one["instance"])
            if before and before["timestamp"] >= one["timestamp"]:
                continue
            for policy in self.policies.values():
                if policy.takes(producer.name, one):
                    self._store(policy, one)

    def _store(self, policy, one):
        try:
            policy.write(one)
        except OSError as problem:
            self.log("ERROR", f"strgp {policy.name}: {problem}")

    def forget(self, instances):
        for instance in instances:
            self.sets.pop(instance, None)

    def stop(self):
        """Closes stores, so that what was pulled is on disk."""
        for part in (*self.updaters.values(), *self.producers.values(), *self.plugins.values(), *self.policies.values()):
            part.stop()
        sys.stdout.flush()


def _matches(one, matches):
    """No matches: all sets. [["inst" | "schema", REGEX]...]: those that one of them finds."""
    return not matches or any(re.search(regex, one["schema" if field == "schema" else "instance"]) for field, regex in matches)
