"""How a command is refused."""


class Refused(Exception):
    """An errno and the real daemon's words."""

    def __init__(self, code, text):
        super().__init__(text)
        self.code = code


def need(args, name, text):
    """An attribute; `text` has the words of the command that misses it."""
    if name not in args:
        raise Refused(22, text.format(name=name))
    return args[name]


def find(table, name, text, code=2):
    if name not in table:
        raise Refused(code, text)
    return table[name]


def find_asked(table, args, text):
    """For a status: the one that is asked for, which has to be there, or all by their names."""
    name = args.get("name")
    if name and name not in table:
        raise Refused(2, text.format(name=name))
    return [one for key, one in sorted(table.items()) if name in (None, key)]
