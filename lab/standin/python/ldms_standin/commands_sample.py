"""Commands of plugins."""

import errno

from .plugins import describe
from .plugins import load as load_plugin
from .refusal import Refused, find, need
from .sampler import Sampler
from .storing import StorePlugin


def load(daemon, args):
    """`load name=meminfo`, or `load name=INSTANCE plugin=meminfo`."""
    name = need(args, "name", "The attribute '{name}' is required by load.")
    plugin_name = args.get("plugin", name)
    module = load_plugin(daemon, name, plugin_name)
    if module:
        kind = Sampler if module.KIND == "sampler" else StorePlugin
        daemon.plugins[name] = kind(name, plugin_name, module)


def config(daemon, args):
    name = need(args, "name", "The attribute '{name}' is required by config.")
    plugin = find(daemon.plugins, name, f"The specified plugin instance '{name}' does not exist.")
    rest = {key: value for key, value in args.items() if key != "name"}
    if not rest:
        raise Refused(errno.EINVAL, "No config attributes are provided.")
    plugin.configure(daemon, rest)


def start(daemon, args):
    required = "The attribute '{name}' is required by start."
    name, interval = need(args, "name", required), need(args, "interval", required)
    find(_samplers(daemon), name, f"Sampler instance '{name}' not found.").start(daemon.journal, interval, args.get("offset"))


def stop(daemon, args):
    name = need(args, "name", "The attribute '{name}' is required by stop.")
    sampler = find(_samplers(daemon), name, f"Sampler instance '{name}' not found.")
    if not sampler.task:
        raise Refused(errno.EINVAL, f"The sampler instance '{name}' is not running.")
    sampler.stop()


def term(daemon, args):
    name = need(args, "name", "The attribute '{name}' is required by term.")
    plugin = find(daemon.plugins, name, f"plugin instance '{name}' not found.")
    if plugin.task:
        raise Refused(errno.EINVAL, f"Failed to terminate the plugin instance '{name}'.")
    if any(policy.plugin is plugin for policy in daemon.policies.values()):
        raise Refused(errno.EINVAL, f"The specified plugin instance '{name}' has active users and cannot be terminated.")
    if getattr(plugin, "set", None):
        daemon.delete_set(plugin.set["instance"])
    del daemon.plugins[name]


def _samplers(daemon):
    return {name: plugin for name, plugin in daemon.plugins.items() if isinstance(plugin, Sampler)}


def plugn_status(daemon, args):
    """Samplers first, each sort by name."""
    plugins = sorted(daemon.plugins.values(), key=lambda plugin: (plugin.module.KIND, plugin.name))
    return [describe(plugin) for plugin in plugins if args.get("name") in (None, plugin.name)]


def plugn_sets(daemon, _args):
    samplers = [plugin for _, plugin in sorted(_samplers(daemon).items()) if plugin.set]
    return [{"plugin": plugin.name, "sets": [plugin.set["instance"]]} for plugin in samplers]


ACTIONS = {"load": load, "config": config, "start": start, "stop": stop, "term": term}
QUESTIONS = {"plugn_status": plugn_status, "plugn_sets": plugn_sets}
