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
