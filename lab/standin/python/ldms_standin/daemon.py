"""The state of one ldmsd and its server side."""

import asyncio
import errno
import os
import re

from . import munge, ovis, wire
from .advertising import serve_advertiser
from .commands import run_command
from .journal import Journal
from .set_memory import DEFAULT_SIZE, SetMemory
from .streams import Streams, Subscriber

DEFAULT_AUTH = "DEFAULT"


class Daemon:
    """Everything is in memory: a daemon that starts again has what its files say, and nothing else."""

    def __init__(self):
        self.journal = Journal()
        # What was set and where, so that the command line wins over the files.
        self.settings = {}
        self.auths = {}
        self.environment = dict(os.environ)
        self.memory = SetMemory(DEFAULT_SIZE)
        self.sets = {}
        self.plugins, self.producers, self.updaters, self.policies = {}, {}, {}, {}
        self.advertisers, self.prdcr_listens = {}, {}
        self.streams = Streams()
        # {(xprt, port): (host, auth's name)}; in this order they are opened.
        self.listens = {}
        self.is_initialized = False
        # How many commands have changed it: maestro tells a restarted daemon by it.
        self.change_count = 0

    def expand(self, text):
        """`${NAME}` from the daemon's environment; an unknown name is empty, as in the real one."""
        return re.sub(r"\$\{(\w+)\}", lambda match: self.environment.get(match[1], ""), text)

    def initialize(self):
        """Between the commands that set the daemon up and those that configure it."""
        self.memory = SetMemory(self.settings.get("memory") or os.environ.get("LDMSD_MEM_SZ") or DEFAULT_SIZE)
        self.auths[DEFAULT_AUTH] = wire.Auth(self.settings.get("auth", "none"), self.settings.get("auth_args", []))
        self.is_initialized = True

    async def open_listen(self, xprt, port):
        """Whether it listens; the log has why not."""
        host, auth_name = self.listens[(xprt, port)]
        auth = self.auths[auth_name]
        failed = f"Error {{}} Listening on {xprt}:{port} using `{xprt}` transport and `{auth.plugin}` authentication"
        try:
            wire.check_transport(xprt, auth.plugin)
            auth = auth.kept()
            if auth.plugin == "munge":
                await auth.make("")
            await asyncio.start_server(lambda reader, writer: self._serve(reader, writer, auth), host, port, limit=wire.LINE_LIMIT)
        except wire.TransportError as problem:
            if xprt != "sock":
                self.journal.error("xprt.ldms", f"ldms: Cannot get zap plugin: {xprt}")
            self.journal.error("ldmsd", failed.format(2) if xprt == "sock" else str(problem))
            return False
        except ovis.NoWordError as problem:
            for line in problem.lines:
                self.journal.error("auth.ovis", line)
            self.journal.error("ldmsd", failed.format(problem.code))
            return False
        except munge.NoMungeError:
            self.journal.error("auth.munge", munge.ENCODE_FAILED)
            self.journal.error("ldmsd", failed.format(2))
            return False
        except OSError as problem:
            code = {errno.EADDRINUSE: 8, errno.EADDRNOTAVAIL: 7}.get(problem.errno, 113)
            self.journal.error("ldmsd", failed.format(code))
            return False
        self.journal.info("ldmsd", f"Listening on {xprt}:{port} using `{xprt}` transport and `{auth.plugin}` authentication")
        return True

    async def _serve(self, reader, writer, auth):
        try:
            wire.keep_alive(writer)
            await asyncio.wait_for(wire.greet_client(reader, writer, auth), wire.HANDSHAKE_SECONDS)
            if advertisement := await self.answer_all(reader, writer):
                await serve_advertiser(self, advertisement, (reader, writer))
        except munge.CredentialError:
            self.journal.error("auth.munge", munge.DECODE_FAILED)
        except (OSError, munge.AuthError, wire.WireError, asyncio.TimeoutError) as problem:
            self.journal.info("ldmsd", f"a connection ended: {problem}")
        finally:
            writer.close()

    async def answer_all(self, reader, writer):
        """To the end of the connection, or to an advertisement, which is returned: from there on this side asks."""
        subscriber = Subscriber()
        try:
            while (message := await wire.receive(reader)) is not None:
                if message.get("op") == "advertise":
                    return message
                await wire.send(writer, await self._answer(message, subscriber))
        finally:
            self.streams.subscribers.discard(subscriber)
        return None

    async def _answer(self, message, subscriber):
        op = message.get("op")
        if op == "streams":
            self.streams.subscribers.add(subscriber)
            return {"published": subscriber.collect(message["names"])}
        if op == "publish":
            self.streams.take(self, str(message["name"]), str(message["text"]), None)
            return {"code": 0}
        # In the order in which the real directory has them.
        listed = sorted(self.sets.values(), key=lambda one: one["instance"], reverse=True)
        if op == "dir":
            return {"sets": [[one["instance"], one["schema"]] for one in listed]}
        if op == "pull":
            return {"sets": [self.sets[instance] for instance in message["instances"] if instance in self.sets]}
        if op == "sets":
            local = {id(plugin.set) for plugin in self.plugins.values() if getattr(plugin, "set", None)}
            return {"sets": [{**one, "is_local": id(one) in local} for one in listed]}
        if op == "changes":
            return {"code": 0, "data": self.change_count}
        code, result = await run_command(self, str(message.get("line", "")))
        return {"code": code, "text": result} if code or not isinstance(result, (list, dict)) else {"code": 0, "data": result}

    def prepare_stores(self, producer, one):
        for policy in self._policies_of(producer, one):
            policy.prepare(self.journal, one)

    def store(self, producer, one):
        """What an updater pulled, to the policies that want it."""
        for policy in self._policies_of(producer, one):
            policy.write(self.journal, one)

    def _policies_of(self, producer, one):
        return [policy for policy in self.policies.values() if policy.takes(producer, one)]

    def delete_set(self, instance):
        self.memory.give(self.sets.pop(instance))

    def stop(self):
        """Closes stores, so that what was pulled is on disk."""
        for part in (*self.advertisers.values(), *self.updaters.values(), *self.plugins.values(), *self.policies.values()):
            part.stop()
