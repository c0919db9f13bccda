# Sourced by entrypoints of more than one process. They stay as the first process, since process 1 ignores a SIGTERM
# that it has no handler for, and most programs have none.

# Ends all of the processes when one ends or a signal arrives; ends with the status of the one that ended first.
supervise() { # PID...
    trap 'stopped=yes; kill -TERM "$@" 2>/dev/null' TERM INT
    stopped=
    status=0
    wait -n "$@" || status=$?
    kill -TERM "$@" 2>/dev/null
    wait
    # Asked to stop: nothing went wrong.
    [ -z "$stopped" ] || exit 0
    echo "ldms: a process of the container ended with status $status: the container ends" >&2
    # None of them is meant to end, so status 0 is a failure too and lets a restart policy act.
    exit "$((status == 0 ? 1 : status))"
}
