"""The commands that configure each daemon, from the form that cluster_config.normalize gives."""


def plan_commands(config):
    """{daemon name: [command]} in an order in which each finds what it needs."""
    commands = {daemon["name"]: [] for daemon in config["daemons"]}
    members = {}
    for daemon in config["daemons"]:
        members.setdefault(daemon["group"], []).append(daemon["name"])
    endpoints = {endpoint["name"]: endpoint for daemon in config["daemons"] for endpoint in daemon.get("endpoints", [])}

    for sampler in config.get("samplers", []):
        for name in members[sampler["group"]]:
            commands[name] += [line for plugin in sampler["plugins"] for line in _load(plugin) + [_start(plugin)]]
    for store in config.get("stores", []):
        for name in members[store["group"]]:
            commands[name] += _load(store["plugin"]) + _store(store)
    for aggregator in config.get("aggregators", []):
        names = members[aggregator["group"]]
        for number, peer in enumerate(aggregator["peers"]):
            for name, share in zip(names, balance(peer["endpoints"], len(names))):
                commands[name] += _peer(peer, number, share, endpoints)
    return commands


def balance(items, parts):
    """Consecutive items, ceil(items / parts) a part: five for four are 2, 2, 1, 0."""
    size = -(-len(items) // parts)
    return [items[part * size : (part + 1) * size] for part in range(parts)]


def _load(plugin):
    instance = plugin["instance"]
    return [f"load name={instance} plugin={plugin['name']}", *(f"config name={instance} {line}" for line in plugin.get("config", []))]


def _start(plugin):
    return f"start name={plugin['instance']} interval={plugin['interval']} offset={plugin.get('offset', 0)}"


def _store(store):
    flush = f" flush={store['flush']}us" if store.get("flush") else ""
    return [
        f"strgp_add name={store['name']} plugin={store['plugin']['instance']} container={store['container']} schema={store['schema']}{flush}",
        f"strgp_prdcr_add name={store['name']} regex=.*",
        f"strgp_start name={store['name']}",
    ]


def _peer(peer, number, share, endpoints):
    lines = []
    for name in share:
        endpoint = endpoints[name]
        address = f"xprt={endpoint['xprt']} host={endpoint['host']} port={endpoint['port']} auth={endpoint['auth']}"
        lines += [
            f"auth_add name={endpoint['auth']} plugin={endpoint['plugin']}",
            f"prdcr_add name={name} type={peer['type']} reconnect={peer['reconnect']} {address}",
            f"prdcr_start name={name}",
        ]
    for index, updater in enumerate(peer["updaters"]):
        name = f"updtr_{number}_{index}"
        mode = "" if updater["mode"] == "pull" else f" {updater['mode']}=true"
        lines.append(f"updtr_add name={name} interval={updater['interval']} offset={updater.get('offset', 0)}{mode}")
        lines += [f"updtr_match_add name={name} regex={one['regex']} match={one['field']}" for one in updater.get("sets", [])]
        lines += [f"updtr_prdcr_add name={name} regex=^{producer}$" for producer in share]
        lines.append(f"updtr_start name={name}")
    return lines
