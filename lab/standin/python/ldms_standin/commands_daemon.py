"""Commands of the daemon itself: what sets it up, and what it tells of itself."""

import errno

from . import VERSION, wire
from .refusal import Refused, need

EEXIST_LISTEN = "The listening endpoint {}:{} is already exists"


def env(daemon, args):
    daemon.environment.update(args)


def log_level(daemon, args):
    level = need(args, "level", "The attribute '{name}' is required by log_level.")
    try:
        daemon.journal.set_level(level)
    except ValueError:
        raise Refused(errno.EINVAL, f"Invalid verbosity level '{level}'") from None


def set_memory(daemon, args):
    set_once(daemon, "memory", need(args, "size", "The attribute '{name}' is required."), "The memory limit was already set to '{}'")


def default_auth(daemon, args):
    set_once(daemon, "auth", args.pop("plugin"), "Default-auth was already specified to '{}'")
    daemon.settings.setdefault("auth_args", [f"{name}={value}" for name, value in args.items()])


def daemon_name(daemon, args):
    set_once(daemon, "name", need(args, "name", "The attribute '{name}' is required."), "LDMSD daemon name was already set to {}", quote="")


def set_once(daemon, key, value, already, quote="'"):
    """The command line comes before the files, and the first one wins."""
    if key in daemon.settings:
        daemon.journal.error("ldmsd", f"{already.format(daemon.settings[key])}. Ignore the new value {quote}{value}{quote}")
        return
    daemon.settings[key] = value


def auth_add(daemon, args):
    name = need(args, "name", "Attribute '{name}' is required")
    if name in daemon.auths:
        raise Refused(errno.EEXIST, "Authentication domain creation failed, errno: 17")
    rest = [f"{key}={value}" for key, value in args.items() if key not in ("name", "plugin")]
    daemon.auths[name] = wire.Auth(args.get("plugin", name), rest)


async def listen(daemon, args):
    """Before the daemon is set up it is noted only."""
    required = "The attribute '{name}' is required by listen."
    xprt, port = need(args, "xprt", required), need(args, "port", required)
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise Refused(errno.EINVAL, f"'{xprt}' transport with invalid port '{port}'")
    auth = args.get("auth", "DEFAULT")
    if "auth" in args and auth not in daemon.auths:
        raise Refused(errno.ENOENT, f"auth '{auth}' not found. Please make sure that it is created with auth_add")
    add_listen(daemon, xprt, int(port), args.get("host"), auth)
    if daemon.is_initialized and not await daemon.open_listen(xprt, int(port)):
        raise Refused(errno.EINVAL, f"Failed to listen on the endpoint {xprt}:{port}.")


def add_listen(daemon, xprt, port, host, auth="DEFAULT"):
    if (xprt, port) in daemon.listens:
        raise Refused(errno.EEXIST, EEXIST_LISTEN.format(xprt, port))
    daemon.listens[(xprt, port)] = (host, auth)


def version(_daemon, _args):
    return f"LDMSD Version: {VERSION}\nLDMS Protocol Version: 4.2.0.0\nLDMSD Plugin Interface Version: 3.2.2.0\ngit-SHA: none, a stand-in"


def daemon_status(_daemon, _args):
    return {"state": "ready"}


def set_stats(daemon, _args):
    total, used = daemon.memory.total // 1024, daemon.memory.used // 1024
    load = sum(one["data_size"] * 10**6 // one["hint"][0] for one in daemon.sets.values() if one["hint"] and not _is_local(daemon, one))
    sizes = {"mem_total_kb": total, "mem_free_kb": total - used, "mem_used_kb": used, "set_load": load}
    return {"active_count": len(daemon.sets), "deleting_count": 0, **{key: _six_digits(value) for key, value in sizes.items()}, "compute_time": 20}


def _six_digits(number):
    """As the real one writes it, by `%g`: 1048576 is 1048580.0."""
    return number if number < 10**6 else float(f"{number:g}")


def _is_local(daemon, one):
    return any(getattr(plugin, "set", None) is one for plugin in daemon.plugins.values())


# These are carried out before the daemon listens, wherever they stand in its files.
PRIORITY = {
    "env": env,
    "log_level": log_level,
    "set_memory": set_memory,
    "default_auth": default_auth,
    "daemon_name": daemon_name,
    "auth_add": auth_add,
    "listen": listen,
    # Those without a meaning here are accepted.
    "stream_enable": lambda daemon, _args: daemon.streams.switch(True),
    "stream_disable": lambda daemon, _args: daemon.streams.switch(False),
    **dict.fromkeys(("worker_threads", "msg_enable", "msg_disable"), lambda _daemon, _args: None),
}
QUESTIONS = {"version": version, "daemon_status": daemon_status, "set_stats": set_stats, "greeting": lambda _daemon, _args: ""}
