"""Producers: the daemons that an aggregator dials, and what it knows of their sets."""

import asyncio
import contextlib

from . import munge, ovis, wire
from .connection import connect, resolve

# The real one is told of new sets; here it asks.
DIRECTORY_SECONDS = 1
# From the order to the connection's end; the real one's is as long as its threads are busy.
STOPPING_SECONDS = 0.2


class ProducerSet:
    """A set that a producer offers: START until an updater has looked it up."""

    def __init__(self, instance, schema):
        self.instance, self.schema = instance, schema
        self.state = "START"
        self.set = None

    def describe(self, producer):
        """As prdcr_set_status has it; a set that is not here has neither an origin nor a time."""
        one = self.set or {"producer": "", "timestamp": 0.0, "duration": 0.0}
        result = {"inst_name": self.instance, "schema_name": self.schema, "state": self.state, "origin": one["producer"], "producer": producer}
        for name, value in (("timestamp", one["timestamp"]), ("duration", one["duration"])):
            second, microsecond = divmod(round(value * 1e6), 10**6)
            result |= {f"{name}.sec": str(second), f"{name}.usec": str(microsecond)}
        return result


class Producer:
    """prdcr: a kept connection, dialled again every `reconnect_us`."""

    def __init__(self, name, kind, xprt, host, port, auth_name, auth, reconnect_us):
        self.name, self.kind, self.xprt, self.host, self.port = name, kind, xprt, host, port
        self.auth_name, self.auth, self.reconnect_us = auth_name, auth, reconnect_us
        self.state = "STOPPED"
        self.connection = None
        self.sets = {}
        # Streams that are asked for.
        self.streams = []
        self.is_pulling = False
        self.task = None

    def start(self, daemon):
        self.state = "DISCONNECTED"
        self.task = asyncio.ensure_future(self._run(daemon))

    def stop(self, daemon):
        """STOPPING until its connection has ended: as long it is neither started nor deleted. Nothing, where it has stopped or is about to."""
        if self.state in ("STOPPED", "STOPPING"):
            return
        if self.task:
            self.task.cancel()
        connection, self.task, self.connection = self.connection, None, None
        self._forget(daemon, list(self.sets))
        if not connection:
            self._end()
            return
        self.state = "STOPPING"
        connection.close()
        asyncio.get_running_loop().call_later(STOPPING_SECONDS, self._end)

    def _end(self):
        self.state = "STOPPED"

    async def _run(self, daemon):
        log = daemon.journal
        while True:
            try:
                await resolve(self.host, self.port)
                self.state = "CONNECTING"
                # A port that takes the connection and says nothing keeps it CONNECTING.
                self.connection = await connect(self.host, self.port, self.auth, None)
                self.state = "CONNECTED"
                log.info("producer", f"Producer {self.name} is connected ({self.xprt} {self.host}:{self.port})")
                await self.ask(daemon, self.connection)
            except ovis.NoWordError as problem:
                for line in problem.lines:
                    log.error("auth.ovis", line)
            except munge.AuthError as problem:
                if isinstance(problem, munge.CredentialError):
                    log.error("auth.munge", munge.ENCODE_FAILED if isinstance(problem, munge.NoMungeError) else munge.DECODE_FAILED)
                log.error("producer", f"Producer {self.name} rejected the connection ({self.xprt} {self.host}:{self.port})")
            except wire.UnresolvedError:
                log.error("producer", f"Producer '{self.name}' connection failed. Hostname '{self.host}:{self.port}' not resolved.")
            except wire.WireError:
                words = "is disconnected" if self.connection else "connection error to"
                log.info("producer", f"Producer {self.name}: {words} {self.xprt} {self.host}:{self.port}")
            self.lose(daemon)
            await asyncio.sleep(self.reconnect_us / 1e6)

    async def ask(self, daemon, connection):
        """What there is, and what has been published, again and again; raises WireError where the connection ends."""
        while True:
            self._read_directory(daemon, await connection.request({"op": "dir"}, None))
            if self.streams:
                answer = await connection.request({"op": "streams", "names": self.streams}, None)
                for name, text in answer["published"]:
                    daemon.streams.take(daemon, name, text, self.name)
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(connection.closed.wait(), DIRECTORY_SECONDS)

    def lose(self, daemon):
        """Without a connection nothing is known of its sets."""
        self.connection = None
        self.state = "DISCONNECTED"
        self._forget(daemon, list(self.sets))

    def _read_directory(self, daemon, answer):
        offered = dict(answer["sets"])
        self._forget(daemon, [instance for instance in self.sets if instance not in offered])
        for instance, schema in offered.items():
            self.sets.setdefault(instance, ProducerSet(instance, schema))

    def _forget(self, daemon, instances):
        for instance in instances:
            if self.sets.pop(instance).set:
                daemon.delete_set(instance)

    def describe(self):
        """As prdcr_status has it."""
        listed = sorted(self.sets.values(), key=lambda one: one.instance)
        texts = {"name": self.name, "type": self.kind, "host": self.host, "port": self.port, "transport": self.xprt, "auth": self.auth_name}
        more = {"rail": "1", "quota": "-1", "rx_rate": "-1", "reconnect_us": str(self.reconnect_us), "state": self.state}
        sets = [{"inst_name": one.instance, "schema_name": one.schema, "state": one.state} for one in listed]
        return {**texts, **more, "sets": sets}
