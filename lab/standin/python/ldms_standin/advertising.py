"""Advertisements: samplers that dial their aggregator, which then asks them as any producer that it has dialled."""

import asyncio
import contextlib
import ipaddress
import re
import socket

from . import munge, ovis, wire
from .connection import Connection, open_streams, resolve
from .producers import Producer

NOT_MATCHED = (
    "Received a producer advertisement with hostname '{}', which isn't matched any listening producers. "
    "Stop the advertisement, update its configuration, and then restart."
)
REFUSED = "advertise: The given hostname '{}' doesn't match any `prdcr_listen`'s regex.."


class Advertiser:
    """advertiser: a kept connection to an aggregator, over which that asks and this daemon answers."""

    def __init__(self, name, xprt, host, port, auth, reconnect_us):
        self.name, self.xprt, self.host, self.port, self.auth, self.reconnect_us = name, xprt, host, port, auth, reconnect_us
        self.state = "STOPPED"
        self.task = None

    def start(self, daemon):
        self.state = "DISCONNECTED"
        self.task = asyncio.ensure_future(self._run(daemon))

    def stop(self):
        if self.task:
            self.task.cancel()
        self.task, self.state = None, "STOPPED"

    async def _run(self, daemon):
        while True:
            try:
                await self._advertise(daemon)
            except (ovis.NoWordError, munge.AuthError, wire.WireError, OSError) as problem:
                daemon.journal.info("ldmsd", f"advertise: {self.xprt} {self.host}:{self.port}: {problem}")
            self.state = "DISCONNECTED"
            await asyncio.sleep(self.reconnect_us / 1e6)

    async def _advertise(self, daemon):
        await resolve(self.host, self.port)
        self.state = "CONNECTING"
        reader, writer = await open_streams(self.host, self.port, self.auth)
        try:
            hostname = socket.gethostname()
            first_port = next(iter(daemon.listens), (None, 0))[1]
            await wire.send(writer, {"op": "advertise", "hostname": hostname, "port": first_port})
            answer = await wire.receive(reader)
            if answer and answer.get("is_taken"):
                self.state = "CONNECTED"
                await daemon.answer_all(reader, writer)
            elif answer:
                daemon.journal.info("ldmsd", REFUSED.format(hostname))
        finally:
            writer.close()

    def describe(self):
        """As advertiser_status has it."""
        texts = {"name": self.name, "aggregator host": self.host, "aggregator port": self.port, "transport": self.xprt}
        return {**texts, "reconnect": str(self.reconnect_us), "state": self.state}


class ProducerListen:
    """prdcr_listen: which advertisements are taken."""

    def __init__(self, name, regex, network):
        self.name, self.regex, self.network = name, regex, network
        self.is_running = False
        self.producers = []

    def takes(self, hostname, address):
        is_of_network = not self.network or ipaddress.ip_address(address) in ipaddress.ip_network(self.network, strict=False)
        return self.is_running and is_of_network and (not self.regex or re.search(self.regex, hostname))

    def describe(self):
        """As prdcr_listen_status has it."""
        state = "running" if self.is_running else "stopped"
        return {"name": self.name, "state": state, "regex": self.regex or "-", "ip": self.network or "-", "producers": self.producers}


class AdvertisedProducer(Producer):
    """A producer that nobody here dials: it stays, without a connection, when its daemon has gone."""

    def start(self, daemon):
        self.task = asyncio.get_running_loop().create_future()
        self.state = "DISCONNECTED"

    async def follow(self, daemon, connection, port):
        """Asks over this connection to its end."""
        if self.connection:
            self.connection.close()
        self.connection, self.port, self.state = connection, port, "CONNECTED"
        with contextlib.suppress(wire.WireError):
            await self.ask(daemon, connection)
        # Another one may have come in its place.
        if self.connection is connection:
            self.lose(daemon)


async def serve_advertiser(daemon, message, streams):
    """An advertisement at one of the daemon's listeners: its connection is asked from here on, or refused."""
    reader, writer = streams
    hostname, (address, port, *_) = str(message.get("hostname")), writer.get_extra_info("peername")
    listen = next((one for one in daemon.prdcr_listens.values() if one.takes(hostname, address)), None)
    await wire.send(writer, {"is_taken": listen is not None})
    if not listen:
        daemon.journal.error("ldmsd", NOT_MATCHED.format(hostname))
        return
    name = f"{hostname}:{message.get('port')}"
    producer = daemon.producers.get(name)
    if not producer:
        # Whatever the listener's is, the real one says DEFAULT.
        producer = AdvertisedProducer(name, "advertised, passive", "sock", hostname, port, "DEFAULT", None, 0)
        producer.streams = [stream for regex, stream in daemon.streams.subscriptions if re.search(regex, name)]
        producer.start(daemon)
        daemon.producers[name] = producer
        listen.producers.append(name)
    if isinstance(producer, AdvertisedProducer) and producer.task:
        await producer.follow(daemon, Connection(reader, writer), port)
