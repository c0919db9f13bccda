"""Commands of producers, updaters and storage policies."""

import errno
import re

from .commands_sample import Refused, add, get
from .pulling import Producer, Updater
from .sampling import StoragePolicy
from .timing import parse_interval
from .wire import TransportError, check_transport


def _start(part, kind, *args):
    if part.task:
        raise Refused(errno.EBUSY, f"the {kind} `{part.name}` is already running")
    part.start(*args)


def _delete(table, kind, name):
    if get(table, kind, name).task:
        raise Refused(errno.EBUSY, f"the {kind} `{name}` is running")
    del table[name]


def prdcr_add(daemon, args):
    name = args["name"]
    auth = daemon.auths.get(args.get("auth", "default"))
    if not auth:
        raise Refused(errno.ENOENT, f"the authentication domain `{args['auth']}` does not exist")
    xprt, reconnect = args["xprt"], parse_interval(args.get("reconnect", args.get("interval", "20s")))
    try:
        check_transport(xprt, auth.plugin)
    except TransportError as problem:
        raise Refused(errno.ENOENT, str(problem)) from problem
    if reconnect <= 0:
        raise ValueError("reconnect must be positive")
    producer = Producer(name, xprt, args["host"], int(args["port"]), auth.plugin, auth, reconnect, args.get("type", "active"))
    add(daemon.producers, "producer", name, producer)


def prdcr_start(daemon, args):
    _start(get(daemon.producers, "producer", args["name"]), "producer", daemon.log, daemon.forget)


def prdcr_start_regex(daemon, args):
    for producer in daemon.producers.values():
        if re.search(args["regex"], producer.name) and not producer.task:
            producer.start(daemon.log, daemon.forget)


def prdcr_stop(daemon, args):
    producer = get(daemon.producers, "producer", args["name"])
    producer.stop()
    daemon.forget(producer.instances)


def prdcr_stop_regex(daemon, args):
    for name in [name for name in daemon.producers if re.search(args["regex"], name)]:
        prdcr_stop(daemon, {"name": name})


def prdcr_status(daemon, _args):
    rows = [f"{'Name':16} {'Host':16} {'Port':12} {'Transport':12} {'auth':12} {'Rail quota':12} {'rx_rate':8} {'State':12} {'Type':10}"]
    for one in daemon.producers.values():
        rows.append(f"{one.name:16} {one.host:16} {one.port:<12} {one.xprt:12} {one.auth_name:12} {'-':12} {'-':8} {one.state:12} {one.kind:10}")
    return "\n".join(rows)


def updtr_add(daemon, args):
    interval = parse_interval(args["interval"])
    if interval <= 0:
        raise ValueError(f"interval must be positive: `{args['interval']}`")
    mode = next((mode for mode in ("push", "onchange", "auto") if mode in args), "pull")
    add(daemon.updaters, "updater", args["name"], Updater(args["name"], interval, parse_interval(args.get("offset", 0)), mode))


def updtr_prdcr_add(daemon, args):
    get(daemon.updaters, "updater", args["name"]).producers.append(re.compile(args["regex"]).pattern)


def updtr_match_add(daemon, args):
    field = args.get("match", "inst")
    if field not in ("inst", "schema"):
        raise ValueError(f"match must be `inst` or `schema`: `{field}`")
    get(daemon.updaters, "updater", args["name"]).matches.append([field, re.compile(args["regex"]).pattern])


def updtr_start(daemon, args):
    _start(get(daemon.updaters, "updater", args["name"]), "updater", lambda: list(daemon.producers.values()), daemon.deliver)


def updtr_status(daemon, _args):
    rows = [f"{'Name':16} {'Interval:Offset':24} {'Auto':8} {'Mode':12} {'State':12}"]
    for one in daemon.updaters.values():
        rows.append(f"{one.name:16} {f'{one.interval_us}:{one.offset_us}':24} {'false':8} {one.mode:12} {'RUNNING' if one.task else 'STOPPED':12}")
        rows += [f"    {name:12} {daemon.producers[name].state}" for name in daemon.producers if any(re.search(r, name) for r in one.producers)]
    return "\n".join(rows)


def strgp_add(daemon, args):
    plugin = get(daemon.plugins, "plugin", args["plugin"])
    if plugin.module.KIND != "store":
        raise Refused(errno.EINVAL, f"the plugin `{plugin.name}` is not a store")
    flush = parse_interval(args.get("flush", "10s"))
    policy = StoragePolicy(args["name"], plugin, args["container"], args["schema"], max(flush, 1_000_000))
    add(daemon.policies, "storage policy", args["name"], policy)


def strgp_prdcr_add(daemon, args):
    get(daemon.policies, "storage policy", args["name"]).producers.append(re.compile(args["regex"]).pattern)


def strgp_start(daemon, args):
    _start(get(daemon.policies, "storage policy", args["name"]), "storage policy", lambda text: daemon.log("ERROR", text))


def strgp_status(daemon, _args):
    rows = [f"{'Name':16} {'Container':16} {'Schema':16} {'Plugin':16} {'Flush':12} {'State':12}"]
    for one in daemon.policies.values():
        rows.append(f"{one.name:16} {one.container:16} {one.schema:16} {one.plugin.name:16} {one.flush_us:<12} {'RUNNING' if one.task else 'STOPPED'}")
        rows += [f"    producer regex: {regex}" for regex in one.producers]
    return "\n".join(rows)


HANDLERS = {
    "prdcr_add": prdcr_add,
    "prdcr_start": prdcr_start,
    "prdcr_start_regex": prdcr_start_regex,
    "prdcr_stop": prdcr_stop,
    "prdcr_stop_regex": prdcr_stop_regex,
    "prdcr_del": lambda daemon, args: _delete(daemon.producers, "producer", args["name"]),
    "prdcr_status": prdcr_status,
    "updtr_add": updtr_add,
    "updtr_prdcr_add": updtr_prdcr_add,
    "updtr_match_add": updtr_match_add,
    "updtr_start": updtr_start,
    "updtr_stop": lambda daemon, args: get(daemon.updaters, "updater", args["name"]).stop(),
    "updtr_del": lambda daemon, args: _delete(daemon.updaters, "updater", args["name"]),
    "updtr_status": updtr_status,
    "strgp_add": strgp_add,
    "strgp_prdcr_add": strgp_prdcr_add,
    "strgp_start": strgp_start,
    "strgp_stop": lambda daemon, args: get(daemon.policies, "storage policy", args["name"]).stop(),
    "strgp_del": lambda daemon, args: _delete(daemon.policies, "storage policy", args["name"]),
    "strgp_status": strgp_status,
}
