"""Updaters: how an aggregator gets the sets of its producers."""

import asyncio
import re

from . import wire
from .metrics import unpack
from .timing import every

TOO_SMALL = (
    "prdcr {}: Set memory allocation failure in lookup of set '{}'. "
    "Consider changing the -m parameter on the command line to a larger value. The current value is {}"
)
DUPLICATE = (
    "Prdcr '{}': lookup failed synchronously. The set '{}' already exists. "
    "It is likely that there are more than one producers pointing to the set."
)


class Updater:
    """updtr: at each cycle it looks up the sets it does not know and pulls those that it does."""

    def __init__(self, name, interval_us, offset_us, mode, is_auto):
        self.name, self.interval_us, self.offset_us, self.mode, self.is_auto = name, interval_us, offset_us, mode, is_auto
        self.producers = []
        self.matches = []
        self.task = None
        self.skipped = 0

    def start(self, daemon):
        async def cycle():
            for producer in self.reaches(daemon.producers.values()):
                if producer.state != "CONNECTED":
                    continue
                if producer.is_pulling:
                    # A peer that hangs is waited for without an end; its sets stay UPDATING.
                    self.skipped += 1
                    continue
                asyncio.ensure_future(self._pull(daemon, producer))

        self.task = asyncio.ensure_future(every(self.interval_us, self.offset_us, cycle))

    def stop(self):
        if self.task:
            self.task.cancel()
        self.task = None

    def reaches(self, producers):
        return [one for one in producers if any(re.search(regex, one.name) for regex in self.producers)]

    async def _pull(self, daemon, producer):
        producer.is_pulling = True
        try:
            # In the order in which memory is given away.
            wanted = [one for _, one in sorted(producer.sets.items()) if self._matches(one)]
            known = [one for one in wanted if one.state == "READY"]
            unknown = [one for one in wanted if one.state != "READY"]
            for one in known:
                one.state = "UPDATING"
            for one in unknown:
                one.state = "LOOKUP"
            answer = await producer.connection.request({"op": "pull", "instances": [one.instance for one in wanted]}, None)
            found = {one["instance"]: one for one in answer["sets"]}
            for one in unknown:
                self._look_up(daemon, producer, one, found.get(one.instance))
            for one in known:
                self._update(daemon, producer, one, found.get(one.instance))
        except wire.WireError:
            # The producer sees that its connection is closed and dials again.
            pass
        finally:
            producer.is_pulling = False

    def _matches(self, one):
        if not self.matches:
            return True
        return any(re.search(regex, one.schema if field == "schema" else one.instance) for field, regex in self.matches)

    def _look_up(self, daemon, producer, one, found):
        """Makes the set here; its values come with the next cycle."""
        one.state = "START"
        if found is None:
            return
        if one.instance in daemon.sets:
            daemon.journal.error("updater", DUPLICATE.format(producer.name, one.instance))
            return
        try:
            daemon.memory.take(found)
        except MemoryError:
            daemon.journal.error("updater", TOO_SMALL.format(producer.name, one.instance, daemon.memory.text))
            return
        empty = {"timestamp": 0.0, "duration": 0.0, "is_consistent": False, "hint": [self.interval_us, self.offset_us]}
        one.set = daemon.sets[one.instance] = {**found, **empty, "metrics": [unpack(fields) for fields in found["metrics"]]}
        one.state = "READY"
        daemon.journal.info("updater", f"Set {one.instance} is ready")
        daemon.prepare_stores(producer.name, one.set)

    def _update(self, daemon, producer, one, found):
        one.state = "READY"
        if found is None or one.set is None:
            return
        if not found["is_consistent"]:
            daemon.journal.info("updater", f"Set {one.instance} is inconsistent.")
            return
        before = one.set["timestamp"]
        new = {name: found[name] for name in ("timestamp", "duration", "is_consistent")}
        one.set.update(new, metrics=[unpack(fields) for fields in found["metrics"]])
        if found["timestamp"] > before:
            daemon.store(producer.name, one.set)
