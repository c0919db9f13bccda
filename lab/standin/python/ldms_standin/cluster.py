"""The cluster that maestro keeps: it looks at the aggregators, and at a change of theirs rebalances everything."""

import asyncio
import logging
import re

from . import cluster_steps
from .cluster_comm import Comm, add_listeners

log = logging.getLogger("__main__")
SECTIONS = ("daemons", "aggregators", "producers", "updaters", "stores", "samplers", "plugins")
SETTLE_SECONDS = 3


class Cluster:
    """Raises KeyError for an empty configuration, ValueError where there is no daemon to configure."""

    def __init__(self, tree, timeout_seconds):
        self.timeout_seconds = timeout_seconds
        self.comms = {}
        # {group: {aggregator: "ready" | "disconnected"}} of the last look.
        self.states = {}
        # {(group, aggregator): [producer]}.
        self.assigned = {}
        self.use(tree)

    def use(self, tree):
        self.daemons = tree["daemons"]
        self.aggregators, self.producers, self.updaters, self.stores, self.samplers, self.plugins = (tree.get(name, {}) for name in SECTIONS[1:])

    async def dial(self):
        for name, daemon in self.daemons.items():
            listeners = []
            for endpoint in daemon["endpoints"].values():
                if endpoint.get("maestro_comm") != "True":
                    listeners.append(endpoint)
                    continue
                comm = self.comms[name] = Comm(name, daemon["addr"], endpoint)
                await comm.connect(self.timeout_seconds)
                if not comm.is_connected:
                    log.warning("Failed to communicate with LDMSD %s on endpoint %s", name, endpoint["name"])
                await add_listeners(comm, listeners)
        if not self.comms:
            raise ValueError('Error ENOENT: No daemons have been configured with "maestro_comm : True" in their endpoint dict to be configured by maestro.\n')

    async def look(self):
        """Whether an aggregator has come, gone or been restarted since the last look. Samplers are not looked at."""
        is_changed = False
        for group, names in self.aggregators.items():
            known = self.states.setdefault(group, {})
            for name in names:
                state = await self._look_at(self.comms[name])
                is_changed = is_changed or state != known.get(name)
                known[name] = state
                code, count = await self.comms[name].count_changes()
                is_changed = is_changed or (code == 0 and count != self.comms[name].change_count)
        return is_changed

    async def _look_at(self, comm):
        if not comm.is_connected:
            await comm.connect(self.timeout_seconds)
        code, status = await comm.run("daemon_status")
        if code:
            log.info("Error getting daemon %s status", comm.name)
            return "disconnected"
        return status["state"]

    async def rebalance(self):
        log.info("Rebalance cluster...")
        await cluster_steps.configure_samplers(self, await cluster_steps.find_bare_samplers(self))
        log.info("Balancing producers...")
        for group, producers in self.producers.items():
            self._balance(group, sorted(producers, key=_by_number))
        await cluster_steps.add_producers(self)
        await cluster_steps.add_updaters(self)
        await cluster_steps.add_stores(self)
        await cluster_steps.start_producers(self)
        await asyncio.sleep(SETTLE_SECONDS)
        for comm in self.comms.values():
            code, count = await comm.count_changes()
            comm.change_count = None if code else count
        log.info("Finished load balancing.")

    def _balance(self, group, names):
        """Consecutive producers to the aggregators that are ready: five to four are 2, 1, 1, 1."""
        ready = [name for name in self.aggregators[group] if self.states[group].get(name) == "ready"]
        if not ready:
            log.info("Aggregators responsible for producers %s are not responsive", group)
        size, rest = divmod(len(names), len(ready) or 1)
        for index, name in enumerate(ready):
            first = index * size + min(index, rest)
            self.assigned[(group, name)] = names[first : first + size + (index < rest)]

    def ready(self, section):
        """[(group, comm)] of the aggregators that have something in it."""
        pairs = [(group, name) for group in section for name in self.aggregators[group]]
        return [(group, self.comms[name]) for group, name in pairs if self.states[group].get(name) == "ready"]

    def endpoint_of(self, producer):
        return self.daemons[producer["daemon"]]["endpoints"][producer["name"]]


def _by_number(name):
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)]
