"""ldms_cfg.yaml in the two grammars that are deployed: A (plugins inline, `config` a dict) and C (plugins by name, `config` a list).

`normalize` checks it and gives one form of both, made of strings, so that it survives etcd:

    {"daemons": [{"name", "group", "endpoints": [{"name", "host", "port", "xprt", "comm", "auth", "plugin"}]}],
     "samplers": [{"group", "plugins": [PLUGIN]}],
     "aggregators": [{"group", "peers": [{"endpoints", "reconnect", "updaters": [{"mode", "interval", "offset", "sets"}]}]}],
     "stores": [{"name", "group", "container", "schema", "flush", "plugin": PLUGIN}]}
    PLUGIN = {"instance", "name", "interval", "offset", "config": ["k=v k=v"]}
"""

from . import hostlist
from .timing import parse_interval


class ConfigError(Exception):
    """The file is wrong; the text names the place."""


def need(item, key, where):
    if not isinstance(item, dict) or item.get(key) in (None, "", []):
        raise ConfigError(f"{where}: `{key}` is missing")
    return item[key]


def normalize(config):
    if not isinstance(config, dict):
        raise ConfigError("the file is not a mapping")
    daemons = [one for index, group in enumerate(need(config, "daemons", "file")) for one in _daemons(group, f"daemons[{index}]")]
    groups = {str(group["names"]) for group in config["daemons"]}
    instances = config.get("plugins") or {}
    endpoints = {endpoint["name"] for daemon in daemons for endpoint in daemon["endpoints"]}
    return {
        "daemons": daemons,
        "samplers": [_sampler(one, instances, groups, f"samplers[{i}]") for i, one in enumerate(config.get("samplers") or [])],
        "aggregators": [_aggregator(one, groups, endpoints, f"aggregators[{i}]") for i, one in enumerate(config.get("aggregators") or [])],
        "stores": _stores(config.get("stores") or [], instances, groups),
    }


def _daemons(group, where):
    names, hosts = _expand(group, "names", where), _expand(group, "hosts", where)
    if len(names) % len(hosts):
        raise ConfigError(f"{where}: {len(names)} names on {len(hosts)} hosts")
    endpoints = []
    for index, endpoint in enumerate(need(group, "endpoints", where)):
        place = f"{where}.endpoints[{index}]"
        ep_names, ports = _expand(endpoint, "names", place), _expand(endpoint, "ports", place)
        if len(ep_names) % len(ports) or len(ep_names) % len(names):
            raise ConfigError(f"{place}: Please ensure endpoints is configured to the correct number of ports")
        auth = need(endpoint, "auth", place)
        auth = auth if isinstance(auth, dict) else {"name": auth}
        common = {"xprt": endpoint.get("xprt", "sock"), "comm": str(endpoint.get("maestro_comm", False)).lower()}
        common |= {"auth": str(need(auth, "name", place)), "plugin": str(auth.get("plugin", auth["name"]))}
        endpoints.append([{**common, "name": name, "port": ports[i // (len(ep_names) // len(ports))]} for i, name in enumerate(ep_names)])
    for index, name in enumerate(names):
        host = hosts[index // (len(names) // len(hosts))]
        # Several endpoints of one entry go to a daemon in turn.
        own = [one for entry in endpoints for one in _share(entry, index, len(names))]
        yield {"name": name, "group": str(group["names"]), "endpoints": [{**one, "host": host} for one in own]}


def _share(entry, index, daemons):
    size = len(entry) // daemons
    return entry[index * size : (index + 1) * size]


def _expand(item, key, where):
    try:
        return hostlist.expand(need(item, key, where))
    except ValueError as problem:
        raise ConfigError(f"{where}.{key}: {problem}") from problem


def _group(item, groups, where):
    group = str(need(item, "daemons", where))
    if group not in groups:
        raise ConfigError(f"{where}: No daemons matched matched daemon key `{group}`")
    return group


def _plugin(entry, instances, where):
    if isinstance(entry, str):
        if entry not in instances:
            raise ConfigError(f"{where}: there is no plugin instance `{entry}`")
        instance, entry = entry, instances[entry]
        if not isinstance(entry.get("config"), list):
            raise ConfigError(f'{where}: "config" must be a list of configuration commands')
    else:
        instance = str(need(entry, "name", where))
    config = entry.get("config") or []
    lines = config if isinstance(config, list) else [config]
    lines = [line if isinstance(line, str) else " ".join(f"{key}={value}" for key, value in line.items()) for line in lines]
    times = {key: _microseconds(entry[key], f"{where}.{key}") for key in ("interval", "offset") if entry.get(key)}
    return {"instance": instance, "name": str(need(entry, "name", where)), **times, "config": lines}


def _microseconds(value, where):
    try:
        return str(parse_interval(value))
    except ValueError as problem:
        raise ConfigError(f"{where}: {problem}") from problem


def _sampler(item, instances, groups, where):
    plugins = [_plugin(one, instances, f"{where}.plugins[{i}]") for i, one in enumerate(need(item, "plugins", where))]
    return {"group": _group(item, groups, where), "plugins": [{"interval": "1000000", **one} for one in plugins]}


def _aggregator(item, groups, endpoints, where):
    peers = [_peer(one, endpoints, f"{where}.peers[{i}]") for i, one in enumerate(need(item, "peers", where))]
    return {"group": _group(item, groups, where), "peers": peers}


def _peer(item, endpoints, where):
    names = _expand(item, "endpoints", where)
    if unknown := [name for name in names if name not in endpoints]:
        raise ConfigError(f"{where}.endpoints: no daemon has the endpoint `{unknown[0]}`")
    updaters = [_updater(one, f"{where}.updaters[{i}]") for i, one in enumerate(need(item, "updaters", where))]
    reconnect = _microseconds(need(item, "reconnect", where), f"{where}.reconnect")
    return {"endpoints": names, "reconnect": reconnect, "type": item.get("type", "active"), "updaters": updaters}


def _updater(item, where):
    times = {"interval": _microseconds(need(item, "interval", where), f"{where}.interval")}
    times |= {"offset": _microseconds(item["offset"], f"{where}.offset")} if item.get("offset") else {}
    sets = [{"regex": str(need(one, "regex", where)), "field": one.get("field", "inst")} for one in item.get("sets") or []]
    return {"mode": item.get("mode", "pull"), **times, "sets": sets}


def _stores(stores, instances, groups):
    named = stores.items() if isinstance(stores, dict) else ((one.get("name"), one) for one in stores)
    result = []
    for name, item in named:
        where = f"stores[{name}]"
        plugin = _plugin(need(item, "plugin", where), instances, where)
        flush = {"flush": _microseconds(item["flush"], f"{where}.flush")} if item.get("flush") else {}
        texts = {key: str(need(item, key, where)) for key in ("container", "schema")}
        result.append({"name": str(name), "group": _group(item, groups, where), **texts, **flush, "plugin": plugin})
    return result
