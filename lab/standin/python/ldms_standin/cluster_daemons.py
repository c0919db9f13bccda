"""The section `daemons` of ldms_cfg.yaml: each daemon with its endpoints."""

from . import hostlist

PARSE_ERROR = "Error parsing ldms_config yaml file"
LIST_ERROR = 'spec must be a list of dictionaries, specified with "-" in the ldms_config yaml file'


def require(names, item, where):
    for name in names:
        if name not in item:
            raise ValueError(f'The "{name}" attribute is required in {where}\n')


def expand(text):
    return sorted(hostlist.expand(text))


def list_daemons(groups):
    if not isinstance(groups, list):
        raise TypeError(f"{PARSE_ERROR}\ndaemons {LIST_ERROR}\n")
    result = {}
    for group in groups:
        require(("names", "endpoints", "hosts"), group, '"daemons" entry')
        names, hosts = expand(group["names"]), expand(group["hosts"])
        if len(names) != len(hosts):
            hosts = [host for host in hosts for _ in range(len(names) // len(hosts))]
        if not isinstance(group["endpoints"], list):
            raise TypeError(f"{PARSE_ERROR}\nendpoints {LIST_ERROR}\n")
        entries = [_endpoints(entry, group) for entry in group["endpoints"]]
        for name, host in zip(names, hosts):
            # Each entry gives a daemon its next one.
            result[name] = {"addr": host, "endpoints": {one["name"]: one for one in (entry.pop(0) for entry in entries)}}
    return result


def _endpoints(entry, group):
    require(("names", "ports"), entry, f'"endpoints" entry of daemons {group["names"]}')
    names, ports = expand(entry["names"]), expand(entry["ports"])
    if len(ports) != len(names):
        ports = ports * (len(names) // len(ports))
    auth = entry.get("auth") or {}
    common = {"xprt": entry.get("xprt", "sock"), "maestro_comm": entry.get("maestro_comm") in ("true", "True", True)}
    common["auth"] = {"name": auth.get("name", "none"), "plugin": auth.get("plugin"), "conf": auth.get("conf")}
    return [{"name": name, "port": port, **common} for name, port in zip(names, ports)]
