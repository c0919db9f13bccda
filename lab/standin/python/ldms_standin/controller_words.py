"""ldmsd_controller's own checks of a command, and its words for a refused one."""

# What each command needs; the real one asks for no more than these, and before anything is sent.
REQUIRED = {
    "load": ("name",),
    "term": ("name",),
    "config": ("name",),
    "start": ("name", "interval"),
    "stop": ("name",),
    "log_level": ("level",),
    "prdcr_add": ("name", "type", "xprt", "host", "port", "reconnect"),
    **dict.fromkeys(("prdcr_del", "prdcr_start", "prdcr_stop"), ("name",)),
    **dict.fromkeys(("prdcr_start_regex", "prdcr_stop_regex"), ("regex",)),
    **dict.fromkeys(("updtr_add", "updtr_del", "updtr_start", "updtr_stop"), ("name",)),
    "advertiser_add": ("name", "xprt", "host", "port", "reconnect"),
    **dict.fromkeys(("advertiser_start", "advertiser_stop"), ("name",)),
    **dict.fromkeys(("prdcr_listen_add", "prdcr_listen_del", "prdcr_listen_start", "prdcr_listen_stop"), ("name",)),
    "updtr_match_add": ("name", "regex", "match"),
    "updtr_prdcr_add": ("name", "regex"),
    "strgp_add": ("name", "plugin", "container"),
    **dict.fromkeys(("strgp_del", "strgp_start", "strgp_stop"), ("name",)),
    "strgp_prdcr_add": ("name", "regex"),
    "auth_add": ("name",),
    "listen": ("xprt", "port"),
}

# {0} is the daemon's text, the others are the command's attributes.
REFUSED = {
    "load": "{0}",
    "term": "Error terminating plugin {name}: {0}",
    "config": "Error configuring the '{name}' plugin: {0}",
    "start": "Error starting {name} plugin: {0}",
    "stop": "Error stopping {name} plugin: {0}",
    "log_level": "Error changing log level to {level}: {0}",
    "prdcr_add": "Error adding prdcr {name}: {0}",
    "prdcr_del": "Error deleting prdcr {name}: {0}",
    "prdcr_start": "Error starting prdcr {name}: {0}",
    "prdcr_stop": "Error stopping prdcr {name}: {0}",
    "prdcr_start_regex": "Error starting prdcr(s) with regex {regex}: {0}",
    "prdcr_stop_regex": "Error stopping prdcr(s) with regex {regex}: {0}",
    "advertiser_add": "Error adding advertiser {name}: {0}",
    "advertiser_start": "Error starting advertiser {name}: {0}",
    "advertiser_stop": "Error stopping advertiser {name}: {0}",
    "prdcr_listen_add": "Error adding producer listen {name}: {0}",
    "prdcr_listen_del": "Error deleting producer listen {name}: {0}",
    "prdcr_listen_start": "Error starting producer listen {name}: {0}",
    "prdcr_listen_stop": "Error stopping producer listen {name}: {0}",
    "updtr_add": "Error adding updtr {name}: {0}",
    "updtr_del": "Error removing updater: {0}",
    "updtr_start": "Error starting updtr {name}: {0}",
    "updtr_stop": "Error stopping updater {name}: {0}",
    "updtr_match_add": "Error adding match condition {match} to {name}: {0}",
    "updtr_prdcr_add": "Error adding prdcr {name}: {0}",
    "strgp_add": "Error adding storage policy {name}: {0}",
    "strgp_del": "Error deleting storage policy {name}: {0}",
    "strgp_start": "Error starting storage policy {name}: {0}",
    "strgp_stop": "Error stopping storage policy {name}: {0}",
    "strgp_prdcr_add": "Error adding producer(s) {regex} to storage policy {name}: {0}",
    "auth_add": "Error adding authentication domain {name}: {0}",
    "listen": "Error adding listener {xprt} on port {port}: {0}",
}


def find_fault(verb, words):
    """The words for a command that is not sent, or None."""
    for word in words:
        if word.endswith("="):
            return f"Error: The attribute {word} is missing a value"
    missing = set(REQUIRED.get(verb, ())) - {word.partition("=")[0] for word in words}
    return f"Error: The attribute(s) {missing} are required by {verb}" if missing else None


def tell_refusal(verb, words, code, text):
    """What is printed of an error."""
    args = dict(word.split("=", 1) for word in words if "=" in word)
    return REFUSED[verb].format(text, **args) if verb in REFUSED else f"Error {code}: {text}"
