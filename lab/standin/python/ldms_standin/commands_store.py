"""Commands of storage policies."""

import errno
import re

from .decomposition import load
from .refusal import Refused, find, need
from .storing import StoragePolicy, StorePlugin
from .timing import parse_interval

MISSING = "The storage policy does not exist."


def strgp_add(daemon, args):
    required = "The attribute '{name}' is required by strgp_add."
    name, plugin_name = need(args, "name", required), need(args, "plugin", required)
    schema, regex, path = (args.get(key) for key in ("schema", "regex", "decomposition"))
    if schema and regex:
        raise Refused(errno.EINVAL, "The attributes 'schema' and 'regex' are mutually exclusive.")
    if regex and not path:
        raise Refused(errno.EINVAL, "The attributes 'decomposition' is required when 'regex' is used.")
    if not schema and not regex:
        raise Refused(errno.EINVAL, "The attribute 'schema' or 'regex' is required by strgp_add.")
    try:
        flush = parse_interval(args.get("flush", 0))
    except ValueError:
        raise Refused(errno.ENOENT, f'The specified flush interval, "{args["flush"]}", is invalid.') from None
    stores = {key: plugin for key, plugin in daemon.plugins.items() if isinstance(plugin, StorePlugin)}
    plugin = find(stores, plugin_name, f"The plugin {plugin_name} does not exist. Forgot load?\n")
    if name in daemon.policies:
        raise Refused(errno.EEXIST, f"The strgp {name} already exists.")
    decompose = load(daemon.journal, name, path) if path else None
    policy = StoragePolicy(name, plugin, args.get("container", ""), schema, flush)
    policy.regex, policy.decomposition, policy.decompose = regex and re.compile(regex).pattern, path, decompose
    daemon.policies[name] = policy


def strgp_prdcr_add(daemon, args):
    required = "The attribute '{name}' is required by strgp_prdcr_add."
    name, regex = need(args, "name", required), need(args, "regex", required)
    policy = find(daemon.policies, name, "The storage policy specified does not exist.")
    if policy.state == "RUNNING":
        raise Refused(errno.EBUSY, "Configuration changes cannot be made while the storage policy is running.")
    policy.producers.append(re.compile(regex).pattern)


def _get(daemon, args, command):
    return find(daemon.policies, need(args, "name", f"The attribute '{{name}}' is required by {command}."), MISSING)


def strgp_start(daemon, args):
    policy = _get(daemon, args, "strgp_start")
    if policy.state == "RUNNING":
        raise Refused(errno.EBUSY, "The storage policy is already running.")
    policy.start()


def strgp_stop(daemon, args):
    policy = _get(daemon, args, "strgp_stop")
    if policy.state != "RUNNING":
        raise Refused(errno.EBUSY, "The storage policy is not running.")
    policy.stop()


def strgp_del(daemon, args):
    policy = _get(daemon, args, "strgp_del")
    if policy.state == "RUNNING":
        raise Refused(errno.EBUSY, "The storage policy is in use.")
    del daemon.policies[policy.name]


def strgp_status(daemon, args):
    name = args.get("name")
    return [policy.describe() for key, policy in sorted(daemon.policies.items()) if name in (None, key)]


ACTIONS = {
    "strgp_add": strgp_add,
    "strgp_prdcr_add": strgp_prdcr_add,
    "strgp_start": strgp_start,
    "strgp_stop": strgp_stop,
    "strgp_del": strgp_del,
}
QUESTIONS = {"strgp_status": strgp_status}
