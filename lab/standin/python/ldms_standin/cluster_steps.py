"""What maestro does with each daemon at a rebalance, in the real one's order; what is refused is logged, and nothing undone."""

import asyncio
import errno
import logging

from ldmsd.ldmsd_communicator import Communicator

from .cluster_comm import to_words
from .cluster_daemons import expand

log = logging.getLogger("__main__")


async def find_bare_samplers(cluster):
    """Those with fewer plugins than the file has for them. Only the last group's: so it is in the real one."""
    bare = []
    for group, item in cluster.samplers.items():
        bare = []
        for name in expand(group):
            comm = cluster.comms.get(name)
            if not comm:
                continue
            if not comm.is_connected:
                log.info("Unable to connect to ldms daemon %s", name)
                continue
            code, status = await comm.run("plugn_status")
            if code == 0 and len(status) < len(item["plugins"]):
                bare.append((comm, item["plugins"]))
    return bare


async def configure_samplers(cluster, bare):
    for comm, plugins in bare:
        log.info("Adding sampler plugins to sampler %s", comm.name)
        for instance in plugins:
            plugin = cluster.plugins[instance]
            code, text = await comm.run("load", name=instance, plugin=plugin["name"])
            if code not in (0, errno.EEXIST):
                log.error("Error %d loading plugin %s: %s", code, plugin["name"], text)
                continue
            for entry in plugin["config"]:
                own = {"producer": comm.name, "instance": f"{comm.name}/{instance}", "component_id": "${LDMS_COMPONENT_ID}"}
                words = entry if isinstance(entry, str) else to_words({**own, **entry})
                code, text = await comm.ask(op="command", line=f"config name={instance} {words}")
                if code:
                    log.error("Error: %d %s configuring %s WITH %s", code, text, comm.name, words)
    for comm, plugins in bare:
        for instance in plugins:
            plugin = cluster.plugins[instance]
            code, text = await comm.run("start", name=instance, interval=plugin.get("interval", 1_000_000), offset=plugin.get("offset"))
            if code:
                log.error("Error %d starting %s on %s", code, instance, comm.name)
                log.error("Error: %s", text)


async def add_producers(cluster):
    """Every aggregator of a group gets all of the group's; which of them it starts is decided later."""
    for group, comm in cluster.ready(cluster.producers):
        code, status = await comm.run("prdcr_status")
        if code:
            return
        known = {one["name"] for one in status}
        missing = [one for name, one in cluster.producers[group].items() if name not in known]
        if missing:
            first = cluster.endpoint_of(missing[0])
            code, text = await comm.run("auth_add", **{key: first["auth"].get(key) for key in ("name", "plugin", "conf")})
            if code:
                log.error("Error adding authentication domain %s to aggregator %s", first["auth"]["name"], comm.name)
                log.error("Error code %d: %s", code, text)
        for one in missing:
            endpoint = cluster.endpoint_of(one)
            address = {"xprt": endpoint["xprt"], "host": cluster.daemons[one["daemon"]]["addr"], "port": endpoint["port"]}
            await comm.run("prdcr_add", name=one["name"], type=one["type"], **address, reconnect=one["reconnect"], auth=first["auth"]["name"])


async def add_updaters(cluster):
    """An updater that runs is taken away first, so that a changed one arrives."""
    for group, comm in cluster.ready(cluster.updaters):
        for updater in cluster.updaters[group].values():
            name = f"{updater['name']}_{comm.name}"
            _, status = await comm.run("updtr_status")
            for one in status or []:
                if one["name"] == name and one["state"] == "RUNNING":
                    await comm.run("updtr_stop", name=name)
                    await comm.run("updtr_del", name=name)
            push = {"push": "true", "onchange": "onchange"}.get(updater["mode"])
            auto = "true" if updater["mode"] in ("auto", "auto_interval") else None
            times = {key: updater.get(key) for key in ("interval", "offset")}
            code, text = await comm.run("updtr_add", name=name, **times, push=push, auto_interval=auto)
            if code not in (0, errno.EEXIST):
                log.warning("Error %d: %s adding updater %s to %s", code, text, updater["name"], comm.name)
            for regex in updater["producers"]:
                await comm.run("updtr_prdcr_add", name=name, regex=regex)
            await comm.run("updtr_start", name=name)


async def add_stores(cluster):
    """A policy that is there already stays as it is."""
    for group, comm in cluster.ready(cluster.stores):
        loaded = set()
        for name, store in cluster.stores[group].items():
            instance = store["plugin"]
            plugin = cluster.plugins[instance]
            if instance not in loaded:
                await comm.run("load", name=instance, plugin=plugin["name"])
                for entry in plugin["config"]:
                    code, text = await comm.ask(op="command", line=f"config name={instance} {to_words(entry)}")
                    if code:
                        log.error("Error %d: %s WITH %s", code, text, to_words(entry))
                    else:
                        loaded.add(instance)
            texts = {key: store.get(key) for key in ("container", "schema", "flush")}
            code, text = await comm.run("strgp_add", name=name, plugin=instance, **texts)
            if code:
                log.error("Error: %d adding storage policy %s: %s", errno.ENOENT, name, text)
                continue
            await comm.run("strgp_prdcr_add", name=name, regex=".*")
            await comm.run("strgp_start", name=name)


async def start_producers(cluster):
    """All that run are stopped, and the aggregator's own ones started."""
    for group, comm in cluster.ready(cluster.aggregators):
        own = cluster.assigned.get((group, comm.name), [])
        code, status = await comm.run("prdcr_status")
        if code:
            log.warning("Error %d querying state from aggregator %s", code, comm.name)
            continue
        for one in status:
            if one["state"] not in ("STOPPED", "STANDBY"):
                await comm.run("prdcr_stop", name=one["name"])
        for one in status:
            if one["name"] in own:
                code, text = await asyncio.to_thread(Communicator(comm).prdcr_start, one["name"])
                if code:
                    log.error("Error %s: Error starting producer %s on agg %s: %s", code, one["name"], comm.name, text)
