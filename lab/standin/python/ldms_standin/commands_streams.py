"""Commands of streams; what switches them on and off is among those of the daemon, and the subscriptions among those of producers."""

import errno

from .refusal import Refused


def stream_status(daemon, _args):
    if not daemon.streams.is_on:
        raise Refused(errno.ENOSYS, "The stream service is DISABLED on this system.")
    return daemon.streams.describe(daemon)


ACTIONS = {}
QUESTIONS = {"stream_status": stream_status}
