"""ldms_cfg.yaml in the grammar of maestro 4.5 ("C"): the sections that maestro_ctrl puts into etcd, refused in the real parser's order and words.

Groups are named by their hostlist, as it stands in the file; every value is text. Not here: `advertise` and `prdcr_listen`.
"""

from .cluster_daemons import LIST_ERROR, PARSE_ERROR, expand, list_daemons, require
from .timing import UNITS

STORES_ERROR = f"""{PARSE_ERROR}
store spec must be a dictionary, with keys referencing a plugin instance name
e.g. stores:
       sos-meminfo :
         daemons   : "l1-aggregators"
         container : ldms_data
         ...       : ...
"""
MISMATCH = 'Mismatch in producer config:\nPlease ensure "endpoints" is configured to the correct number of ports specified.\n'
# What is left out of a file, and said.
OPTIONAL = ("stores", "samplers", "plugins")


def normalize(config):
    """{section: tree, or None where the file has none}; raises ValueError, TypeError, KeyError."""
    sections = {"daemons": list_daemons(config["daemons"])}
    sections["plugins"] = plugins = _plugins(config)
    sections["aggregators"] = _aggregators(config, plugins)
    sections["producers"] = _producers(config, sections["daemons"])
    sections["updaters"] = _updaters(config)
    sections["stores"] = _stores(config, plugins)
    sections["samplers"] = _samplers(config, plugins)
    return sections


def _microseconds(text):
    """Of a time in text; a bare number is microseconds."""
    unit = next((unit for unit in ("ms", "us", "m", "s", "h", "d") if unit in text.lower()), None)
    return int(float(text.lower().split(unit)[0]) * UNITS[unit]) if unit else int(text)


def check_plugin(name, plugins):
    if name not in plugins:
        raise ValueError(f'Configuration for plugin instance "{name}" is not defined in the top level "plugins" dictionary\n')
    require(("name",), plugins[name], f'"plugin" entry. Error in "{name}" configuration')
    require(("config",), plugins[name], '"plugin" entry')
    if not isinstance(plugins[name]["config"], list):
        raise TypeError('"config" must be a list of configuration commands\n')
    if not all(isinstance(line, (dict, str)) for line in plugins[name]["config"]):
        raise TypeError('"config" list members must be a dictionary or a string\n')


def _plugins(config):
    if "plugins" not in config:
        return None
    if not isinstance(config["plugins"], dict):
        raise TypeError(f"{PARSE_ERROR}\nstore spec must be a dictionary, with keys referencing a plugin instance name\n")
    for name in config["plugins"]:
        check_plugin(name, config["plugins"])
    return config["plugins"]


def _aggregators(config, plugins):
    result = {}
    for item in config.get("aggregators", []):
        require(("daemons",), item, f'"aggregators" entry of {item}')
        for name in item.get("plugins") or []:
            check_plugin(name, plugins)
        result.setdefault(item["daemons"], {}).update({name: {"state": "stopped"} for name in expand(item["daemons"])})
    return result


def _producers(config, known):
    result = {}
    for item in config.get("aggregators", []):
        for peer in item.get("peers", []):
            require(("endpoints", "reconnect", "type"), peer, f'"peers" entry of {peer}')
            group = result.setdefault(item["daemons"], {})
            for daemons, endpoints in _parts(peer, known):
                group.update(_pair(peer, daemons, endpoints))
    return result


def _parts(peer, known):
    """What is not the name of one daemon is cut at every comma, those in brackets among them: so it is in the real one."""
    daemons, endpoints = str(peer["daemons"]), str(peer["endpoints"])
    return [(daemons, endpoints)] if daemons in known else zip(daemons.split(","), endpoints.split(","))


def _pair(peer, group, endpoints):
    daemons, names = expand(group), expand(endpoints)
    if len(names) % len(daemons):
        raise ValueError(MISMATCH)
    each = len(names) // len(daemons)
    common = {"type": peer["type"], "reconnect": _microseconds(peer["reconnect"]), "dmn_grp": group}
    return {name: {"name": name, "daemon": daemons[index // each], **common} for index, name in enumerate(names)}


def _updaters(config):
    result, count = {}, 0
    for item in config.get("aggregators", []):
        for updater in (one for peer in item.get("peers", []) for one in peer.get("updaters") or []):
            require(("interval",), updater, '"updaters" entry')
            times = {key: _microseconds(updater[key]) for key in ("interval", "offset") if key in updater}
            one = {"name": f"updtr_{count}", "mode": updater.get("mode", "pull"), "producers": [updater.get("producers", ".*")], **times}
            result.setdefault(item["daemons"], {})[one["name"]] = one
            count += 1
    return result


def _stores(config, plugins):
    if "stores" not in config:
        return None
    if not isinstance(config["stores"], dict):
        raise ValueError(STORES_ERROR)
    result = {}
    for name, store in config["stores"].items():
        require(("plugin", "schema"), store, '"store" entry')
        group = result.setdefault(store["daemons"], {})
        flush = {"flush": _microseconds(store["flush"])} if "flush" in store else {}
        check_plugin(store["plugin"], plugins)
        group[name] = {**store, "name": name, **flush}
    return result


def _samplers(config, plugins):
    if "samplers" not in config:
        return None
    if not isinstance(config["samplers"], list):
        raise TypeError(f"{PARSE_ERROR}\nsamplers {LIST_ERROR}\n")
    result = {}
    for item in config["samplers"]:
        require(("daemons", "plugins"), item, '"sampler" entry')
        for name in item["plugins"]:
            check_plugin(name, plugins)
        result[item["daemons"]] = item
    return result
