"""Commands of advertisers and of those that listen for them."""

import errno
import ipaddress
import re

from .advertising import Advertiser, ProducerListen
from .commands_aggregate import find_auth, read_reconnect
from .refusal import Refused, find, need


def advertiser_add(daemon, args):
    required = "The attribute '{name}' is required."
    name, xprt, host, port = (need(args, key, required) for key in ("name", "xprt", "host", "port"))
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise Refused(errno.EINVAL, required.format(name="port"))
    reconnect = read_reconnect(args)
    if name in daemon.advertisers:
        raise Refused(errno.EEXIST, f"The prdcr {name} already exists.")
    auth = args.get("auth", "DEFAULT")
    if auth not in daemon.auths:
        daemon.journal.error("ldmsd", f"Authentication domain '{auth}' not found.")
    daemon.advertisers[name] = Advertiser(name, xprt, host, int(port), find_auth(daemon, auth), reconnect)


def advertiser_start(daemon, args):
    # The real one takes a start of an unknown name for one that adds it, too.
    advertiser = find(daemon.advertisers, args.get("name"), "The attribute 'port' is required.", errno.EINVAL)
    if advertiser.task:
        raise Refused(errno.EBUSY, "The advertiser is already running.")
    advertiser.start(daemon)


def advertiser_stop(daemon, args):
    find(daemon.advertisers, args.get("name"), "The advertiser specified does not exist.").stop()


def advertiser_status(daemon, _args):
    return [one.describe() for _, one in sorted(daemon.advertisers.items())]


def prdcr_listen_add(daemon, args):
    name = need(args, "name", "The attribute '{name}' is required.")
    regex, network = args.get("regex"), args.get("ip")
    for key, value in args.items():
        if key not in ("name", "regex", "ip") and (key, value) != ("type", "passive"):
            raise Refused(errno.EINVAL, f"a stand-in has no `{key}={value}` of prdcr_listen_add")
    if name in daemon.prdcr_listens:
        raise Refused(errno.EEXIST, f"The prdcr listener {name} already exists.")
    try:
        re.compile(regex or "")
    except re.error:
        raise Refused(errno.EINVAL, f"The regular expression string '{regex}' is invalid.") from None
    try:
        # The real one wants the length of the prefix.
        address, _, length = (network or "0.0.0.0/0").partition("/")
        ipaddress.ip_network(f"{address}/{length}", strict=False)
    except ValueError:
        raise Refused(errno.EINVAL, f"The given CIDR string '{network}' is invalid.") from None
    daemon.prdcr_listens[name] = ProducerListen(name, regex, network)


def _get_listen(daemon, args, missing="The listen_producer '{}' does not exist."):
    return find(daemon.prdcr_listens, args.get("name"), missing.format(args.get("name")))


def prdcr_listen_start(daemon, args):
    _get_listen(daemon, args).is_running = True


def prdcr_listen_stop(daemon, args):
    _get_listen(daemon, args).is_running = False


def prdcr_listen_del(daemon, args):
    listen = _get_listen(daemon, args, "The producer listen '{}' does not exist.\n")
    if listen.is_running or listen.producers:
        raise Refused(errno.EBUSY, f"The producer listen '{listen.name}' is in use.\n")
    del daemon.prdcr_listens[listen.name]


def prdcr_listen_status(daemon, _args):
    return [one.describe() for _, one in sorted(daemon.prdcr_listens.items())]


ACTIONS = {
    "advertiser_add": advertiser_add,
    "advertiser_start": advertiser_start,
    "advertiser_stop": advertiser_stop,
    "prdcr_listen_add": prdcr_listen_add,
    "prdcr_listen_start": prdcr_listen_start,
    "prdcr_listen_stop": prdcr_listen_stop,
    "prdcr_listen_del": prdcr_listen_del,
}
QUESTIONS = {"advertiser_status": advertiser_status, "prdcr_listen_status": prdcr_listen_status}
