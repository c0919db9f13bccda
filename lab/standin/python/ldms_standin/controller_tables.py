"""What ldmsd_controller prints of the daemon's answers: the real one's columns."""

from datetime import datetime


def _head(*columns):
    """[(title, width)] as two lines."""
    return [" ".join(f"{title:{width}}" for title, width in columns), " ".join("-" * width for _, width in columns)]


def prdcr_status(data):
    columns = (("Name", 16), ("Host", 16), ("Port", 12), ("Transport", 12), ("auth", 16), ("Rail", 4), ("quota", 8), ("rx_rate", 8))
    lines = _head(*columns, ("State", 12), ("Type", 20))
    for one in data:
        address = f"{one['name']:16} {one['host']:16} {one['port']:12} {one['transport']:12} {one['auth']:16}"
        lines.append(f"{address} {one['rail']:>4} {one['quota']:>8} {one['rx_rate']:>8} {one['state']:12} {one['type']:10}")
        lines += [f"    {each['inst_name']:16} {each['schema_name']:16} {each['state']}" for each in one["sets"]]
    return lines


def prdcr_set_status(data):
    columns = (("Name", 30), ("Schema Name", 16), ("State", 10), ("Origin", 16), ("Producer", 16), ("Timestamp", 25), ("Duration(sec)", 12))
    lines = _head(*columns)
    for one in data:
        moment = datetime.fromtimestamp(float(one["timestamp.sec"])).strftime("%m-%d-%y %H:%M:%S")
        duration = f"{one['duration.sec']}.{one['duration.usec'].zfill(6)}"
        texts = f"{one['inst_name']:30} {one['schema_name']:16} {one['state']:10} {one['origin']:16} {one['producer']:16}"
        stamp = f"{moment} [{one['timestamp.usec']}]"
        lines.append(f"{texts} {stamp:25} {duration:12}")
    return lines


def updtr_status(data):
    lines = ["Name             Interval:Offset  Auto   Mode            State", "---------------- ---------------- ------ --------------- ---------------"]
    for one in data:
        times = f"{float(one['interval']) / 1e6}s:{float(one['offset']) / 1e3}ms"
        lines.append(f"{one['name']:16} {times:16} {one['auto']:6} {one['mode']:15} {one['state']:10}")
        for each in one["producers"]:
            lines.append(f"    {each['name']:16} {each['host']:16} {each['port']:12} {each['transport']:12} {each['state']:12}")
    return lines


def strgp_status(data):
    columns = (("Name", 16), ("Container", 16), ("Schema", 16), ("Regex", 16), ("Plugin", 16), ("Flush", 16), ("State", 10))
    lines = _head(*columns, ("Decomposition", 20))
    for one in data:
        names = " ".join(f"{one[key]:16}" for key in ("name", "container", "schema", "regex", "plugin", "flush"))
        lines.append(f"{names} {one['state']:10} {one['decomp']}")
        lines += [f"    {key}: " + "".join(f"{each} " for each in one[key]) for key in ("producers", "metrics")]
    return lines


def plugn_status(data):
    head = ["Config Name              Plugin Name              Type         libpath", "------------------------ ------------------------ ------------ ------------"]
    return head + [f"{one['name']:24} {one['plugin']:24} {one['type']:12} {one['libpath']}" for one in data]


def plugn_sets(data):
    return [line for one in data for line in (f"{one['plugin']}:", *(f"   {each}" for each in one["sets"]))] or ["-- None --"]


def _counts(title, data):
    rows = [f"{name:20} {count:16}" for name, count in data.items() if name != "compute_time"]
    return [f"{title} - {data['compute_time']}us", f"{'Name':20} {'Count':16}", f"{'-' * 20} {'-' * 16}", *rows]


def prdcr_stats(data):
    return _counts("Producer Stats", data)


def set_stats(data):
    return _counts("Set Stats", data)


def daemon_status(data):
    return [f"Deamon State: {data['state']}", ""]


def advertiser_status(data):
    head = "Name             Aggregator Host  Aggregator Port Transport    Reconnect(us)  State"
    widths = {"name": 16, "aggregator host": 16, "aggregator port": 15, "transport": 12, "reconnect": 15, "state": 12}
    rows = [" ".join(f"{one[key]!s:{width}}" for key, width in widths.items()) for one in data]
    return [head, " ".join("-" * width for width in widths.values()), *rows]


def prdcr_listen_status(data):
    lines = _head(("Name", 20), ("State", 10), ("Type", 8), ("IP Range", 30), ("Regex", 20))
    for one in data:
        lines.append(f"{one['name']:20} {one['state']:10} {'passive':8} {one['ip']:30} {one['regex']:20}")
        lines.append("    Connection config: None")
        if one["producers"]:
            lines.append(f"Producers: {', '.join(one['producers'])}")
        lines.append("")
    return lines


def stream_status(data):
    columns = (("name", 30), ("bytes/sec", 12), ("count/sec", 12), ("total bytes", 12), ("count", 12), ("first msg", 12), ("last msg", 12))
    lines = _head(*columns)

    def row(title, one):
        figures = [one["bytes"], one["count"], one["first"], one["last"]] if one["count"] else ["-"] * 4
        return f"{title:30} {'-':>12} {'-':>12} " + " ".join(f"{figure!s:>12}" for figure in figures)

    for one in data:
        lines.append(f"{one['name']} ({'' if one['is_subscribed'] else 'not '}subscribed)")
        lines += [row("   published", one["published"]), row("   received", one["received"])]
        if one["producers"]:
            lines.append("      Producers")
            lines += [row(f"               {name}", each) for name, each in one["producers"].items()]
    return lines


TABLES = {
    "advertiser_status": advertiser_status,
    "prdcr_listen_status": prdcr_listen_status,
    "stream_status": stream_status,
    "prdcr_status": prdcr_status,
    "prdcr_set_status": prdcr_set_status,
    "prdcr_stats": prdcr_stats,
    "updtr_status": updtr_status,
    "strgp_status": strgp_status,
    "plugn_status": plugn_status,
    "plugn_sets": plugn_sets,
    "set_stats": set_stats,
    "daemon_status": daemon_status,
}
