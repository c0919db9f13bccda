"""Commands of the daemon itself and of its plugins."""

import errno

from . import VERSION, wire
from .sampling import Plugin, load_module
from .timing import parse_interval


class Refused(Exception):
    """A command that cannot be carried out in the daemon's state."""

    def __init__(self, code, text):
        super().__init__(text)
        self.code = code


def get(table, kind, name):
    if name not in table:
        raise Refused(errno.ENOENT, f"the {kind} `{name}` does not exist")
    return table[name]


def add(table, kind, name, value):
    if name in table:
        raise Refused(errno.EEXIST, f"the {kind} `{name}` already exists")
    table[name] = value


def load(daemon, args):
    """`load name=meminfo`, or `load name=INSTANCE plugin=meminfo`."""
    name = args["name"]
    try:
        add(daemon.plugins, "plugin", name, Plugin(name, load_module(args.get("plugin", name))))
    except (FileNotFoundError, ImportError) as problem:
        raise Refused(errno.ENOENT, f"failed to load the plugin `{name}`: {problem}") from problem


def config(daemon, args):
    plugin = get(daemon.plugins, "plugin", args.pop("name"))
    plugin.configure(args)


def start(daemon, args):
    plugin = get(daemon.plugins, "plugin", args["name"])
    if plugin.module.KIND != "sampler":
        raise Refused(errno.EINVAL, f"the plugin `{plugin.name}` is not a sampler")
    if plugin.task:
        raise Refused(errno.EBUSY, f"the sampler `{plugin.name}` is already running")
    interval = parse_interval(args["interval"])
    if interval <= 0:
        raise ValueError(f"interval must be positive: `{args['interval']}`")
    plugin.start(daemon.sets, interval, parse_interval(args.get("offset", 0)))


def stop(daemon, args):
    get(daemon.plugins, "plugin", args["name"]).stop()


def term(daemon, args):
    get(daemon.plugins, "plugin", args["name"]).stop()
    del daemon.plugins[args["name"]]


def plugn_status(daemon, _args):
    rows = [f"{'Name':16} {'Type':12} {'Interval':>12} {'Offset':>12} Libpath"]
    for plugin in daemon.plugins.values():
        rows.append(f"{plugin.name:16} {plugin.module.KIND:12} {plugin.interval_us:12} {plugin.offset_us:12} {plugin.module.__file__}")
    return "\n".join(rows)


def env(daemon, args):
    daemon.environment.update(args)


def auth_add(daemon, args):
    plugin = args.get("plugin", args["name"])
    wire.check_transport("sock", plugin)
    # Set again to the same at each configuration: not an error here, as it changes nothing.
    daemon.auths[args["name"]] = wire.Auth(plugin, [f"{name}={value}" for name, value in args.items() if name not in ("name", "plugin")])


async def listen(daemon, args):
    await daemon.listen(args["xprt"], int(args["port"]), args.get("host"), args.get("auth", "default"))


def daemon_status(daemon, _args):
    return f"daemon {daemon.name}: ready, run {daemon.run_id}, {len(daemon.sets)} sets"


def version(_daemon, _args):
    return f"LDMSD {VERSION}"


def greeting(daemon, _args):
    return f"hello from {daemon.name}"


HANDLERS = {
    "load": load,
    "config": config,
    "start": start,
    "stop": stop,
    "term": term,
    "plugn_status": plugn_status,
    "env": env,
    "auth_add": auth_add,
    "listen": listen,
    "daemon_status": daemon_status,
    "version": version,
    "greeting": greeting,
}
