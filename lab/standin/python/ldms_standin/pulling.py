"""Producers and updaters: how an aggregator gets the sets of other daemons."""

import asyncio
import re

from . import munge, wire
from .connection import connect
from .timing import every

# A peer that is paused answers nothing: it is let go after this and dialled again.
UPDATE_SECONDS = 5


class Producer:
    """prdcr: a kept connection, dialled again every `reconnect_us`."""

    def __init__(self, name, xprt, host, port, auth_name, auth, reconnect_us, kind):
        self.name, self.xprt, self.host, self.port = name, xprt, host, port
        self.auth_name, self.auth, self.reconnect_us, self.kind = auth_name, auth, reconnect_us, kind
        self.state = "STOPPED"
        self.connection = None
        self.instances = set()
        self.busy = False
        self.task = None

    def start(self, log, forget):
        """`forget` takes the instances that were this producer's when the connection ends."""
        self.task = asyncio.ensure_future(self._run(log, forget))

    def stop(self):
        if self.task:
            self.task.cancel()
        if self.connection:
            self.connection.close()
        self.task = self.connection = None
        self.state = "STOPPED"

    async def _run(self, log, forget):
        said = None
        while True:
            self.state = "CONNECTING"
            try:
                self.connection = await connect(self.host, self.port, self.auth)
                self.state, said = "CONNECTED", None
                await self.connection.closed.wait()
            except (wire.WireError, munge.AuthError) as problem:
                # Once a change: a host that is away for a night would fill the log.
                if str(problem) != said:
                    log("ERROR", f"prdcr {self.name}: {self.host}:{self.port}: {problem}")
                said = str(problem)
            self.connection = None
            self.state = "DISCONNECTED"
            forget(self.instances)
            self.instances = set()
            await asyncio.sleep(self.reconnect_us / 1e6)


class Updater:
    """updtr: pulls the matching sets of its producers at each cycle."""

    def __init__(self, name, interval_us, offset_us, mode):
        self.name, self.interval_us, self.offset_us, self.mode = name, interval_us, offset_us, mode
        self.producers = []
        self.matches = []
        self.task = None

    def start(self, producers, deliver):
        """`producers()` gives all of the daemon's; `deliver(producer, sets)` takes what came."""

        async def cycle():
            for producer in producers():
                if producer.connection and not producer.busy and any(re.search(regex, producer.name) for regex in self.producers):
                    asyncio.ensure_future(self._pull(producer, deliver))

        self.task = asyncio.ensure_future(every(self.interval_us, self.offset_us, cycle))

    def stop(self):
        if self.task:
            self.task.cancel()
        self.task = None

    async def _pull(self, producer, deliver):
        producer.busy = True
        try:
            answer = await producer.connection.request({"op": "sets", "match": self.matches}, UPDATE_SECONDS)
            deliver(producer, answer.get("sets", []))
        except wire.WireError:
            # The producer sees that its connection is closed and dials again.
            pass
        finally:
            producer.busy = False
