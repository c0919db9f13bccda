"""Plugins from LDMSD_PLUGIN_LIBPATH: what one loads, and what the real one refuses."""

import errno
import importlib.machinery
import importlib.util
import os
import re

from .refusal import Refused

DEFAULT_PLUGIN_PATH = "/opt/ovis/lib/ovis-ldms"


def load(daemon, name, plugin_name):
    """The plugin of that instance name; None where the real daemon only logs an error and goes on."""
    module = _load_module(daemon.journal, plugin_name)
    if not module.IS_MULTI:
        problem = None
        if name != plugin_name and not getattr(module, "IS_RENAMABLE", True):
            problem = f"The plugin '{plugin_name}' is not renamable. Its name must match its plugin_name."
        elif any(one.plugin_name == plugin_name for one in daemon.plugins.values()):
            problem = f"The single instance plugin '{plugin_name}' has already been loaded."
        if problem:
            daemon.journal.error("config", problem)
            return None
    if name in daemon.plugins:
        daemon.journal.error("config", f"Error 17 creating the {module.KIND} configuration object '{name}'")
        daemon.journal.error("config", f"Error 17, the plugin '{plugin_name}' configuration object '{name}' could not be created.")
        raise Refused(errno.EEXIST, f"Error 17 adding {module.KIND} named '{name}' with plugin '{plugin_name}'\n")
    return module


def _load_module(journal, name):
    """Raises Refused(2) where there is no libNAME.so, or one that is no stand-in's."""
    path = f"{os.environ.get('LDMSD_PLUGIN_LIBPATH', DEFAULT_PLUGIN_PATH)}/lib{os.path.basename(name)}.so"
    loader = importlib.machinery.SourceFileLoader(f"ldms_plugin_{re.sub(r'[^A-Za-z0-9_]', '_', name)}", path)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    try:
        loader.exec_module(module)
    except FileNotFoundError:
        problem = f"failed to load the plugin, dlerror: {path}: cannot open shared object file: No such file or directory"
    except (SyntaxError, ValueError, UnicodeDecodeError, OSError):
        problem = f"bad plugin, dlerror: {path}: not a plugin of the stand-in"
    else:
        return module
    text = f"Error 2 plugin '{name}': {problem}"
    journal.error("config", text)
    raise Refused(errno.ENOENT, text + "\n")


def describe(plugin):
    """As plugn_status has it."""
    kind = f"{plugin.module.KIND}[{'M' if plugin.module.IS_MULTI else 'S'}]"
    return {"name": plugin.name, "plugin": plugin.plugin_name, "type": kind, "libpath": plugin.module.__file__}
