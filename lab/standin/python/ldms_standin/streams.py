"""Streams: texts by name, from who publishes them to plugins and to the daemons above that ask for them."""

import time
from collections import deque

# For who asks for them once a second.
MOST_WAITING = 1000


class Subscriber:
    """The daemon at the other end of a connection: what is published before its first question is lost to it."""

    def __init__(self):
        self.names = []
        self._waiting = deque(maxlen=MOST_WAITING)

    def offer(self, name, text):
        """Whether it wants it."""
        is_wanted = name in self.names
        if is_wanted:
            self._waiting.append([name, text])
        return is_wanted

    def collect(self, names):
        self.names = names
        found = list(self._waiting)
        self._waiting.clear()
        return found


class Count:
    def __init__(self):
        self.bytes = self.count = self.first = self.last = 0

    def add(self, text):
        self.last = int(time.time())
        self.first = self.first or self.last
        # With the zero behind it.
        self.bytes += len(text.encode()) + 1
        self.count += 1

    def describe(self):
        return {"bytes": self.bytes, "count": self.count, "first": self.first, "last": self.last}


class Streams:
    """Off, a daemon drops what comes without a word."""

    def __init__(self):
        self.is_on = False
        self.subscribers = set()
        # {name: {producer: Count}}, and what went to daemons above.
        self._counts, self._published = {}, {}
        # (regex of producers, name): of those that advertise themselves later, too.
        self.subscriptions = []

    def switch(self, is_on):
        self.is_on = is_on

    def take(self, daemon, name, text, producer):
        """`producer` is None for what is published here."""
        if not self.is_on:
            return
        self._counts.setdefault(name, {}).setdefault(producer, Count()).add(text)
        for subscriber in self.subscribers:
            if subscriber.offer(name, text):
                self._published.setdefault(name, Count()).add(text)
        for plugin in self._plugins(daemon, name):
            plugin.take_stream(text)

    def _plugins(self, daemon, name):
        return [one for one in daemon.plugins.values() if getattr(one, "stream", None) == name]

    def describe(self, daemon):
        """As stream_status has it."""
        return [self._describe(daemon, name, counts) for name, counts in sorted(self._counts.items())]

    def _describe(self, daemon, name, counts):
        total = Count()
        for count in counts.values():
            total.bytes, total.count, total.last = total.bytes + count.bytes, total.count + count.count, max(total.last, count.last)
            total.first = min(total.first or count.first, count.first)
        producers = {producer: count.describe() for producer, count in counts.items() if producer}
        is_subscribed = bool(self._plugins(daemon, name)) or any(name in one.names for one in self.subscribers)
        published = self._published.get(name, Count()).describe()
        return {"name": name, "is_subscribed": is_subscribed, "published": published, "received": total.describe(), "producers": producers}
