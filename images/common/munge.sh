# Sourced by the entrypoints: munge as the host's (a socket is bound) or as the container's own (a key is bound).

MUNGE_SOCKET=/run/munge/munge.socket.2
MUNGE_KEY=/etc/munge/munge.key
# Left by a munged of this container, whose socket outlives it in a restarted one and is not the host's.
OWN_MUNGED=/run/ldms/own-munged

fail() { # MESSAGE [HELP]: ends the container
    echo "ldms: $1" >&2
    [ $# -lt 2 ] || echo "help: $2" >&2
    exit 1
}

# Leaves with an error where no munged can answer; else prints `Munge check OK`. $1: the socket, where it is not the usual one.
prepare_munge() {
    munge_socket=${1:-$MUNGE_SOCKET}
    [ ! -e "$OWN_MUNGED" ] || rm -f "$MUNGE_SOCKET" "$MUNGE_SOCKET.lock" /run/munge/munged.pid
    if [ ! -S "$munge_socket" ]; then
        [ "$munge_socket" = "$MUNGE_SOCKET" ] ||
            fail "munge has no socket at \`$munge_socket\`" "bind the folder of the host's socket, or leave \`-A socket=\` out"
        [ -e "$MUNGE_KEY" ] ||
            fail "munge has neither the host's socket nor a key" \
                "bind one of them: \`-v /run/munge:/run/munge:ro\` or \`-v KEY:$MUNGE_KEY:ro\` (KEY owned by 101:101, mode 0600)"
        start_munged
    fi
    check_munge "$munge_socket"
}

# munged itself judges the key's length; what it says of owner and mode is hard to read, and a key of zeros it takes.
start_munged() {
    [ -f "$MUNGE_KEY" ] || fail "the munge key is not a file: \`$MUNGE_KEY\`" "make KEY on the host before \`docker run\`, which makes a folder of a missing path"
    local key=$MUNGE_KEY
    case $(stat -c '%u:%g %a' "$MUNGE_KEY") in
    "101:101 600" | "101:101 400") ;;
    *" 600" | *" 400")
        # A host's own key belongs to the host's munge, and munged takes only one of its own user: it gets a copy that is never on a disk.
        key=/dev/shm/munge.key
        # Its mode before its owner: a confined root changes no other user's.
        { rm -f "$key" && (umask 0277 && cat "$MUNGE_KEY" >"$key") && chown munge:munge "$key"; } ||
            fail "the munge key cannot be read: \`$MUNGE_KEY\`"
        ;;
    *) fail "the munge key must be owned by 101:101 with mode 0600: \`$(stat -c '%u:%g %a' "$MUNGE_KEY")\`" "on the host: \`chown 101:101 KEY && chmod 0600 KEY\`" ;;
    esac
    [ "$(tr -d '\000' <"$MUNGE_KEY" | head -c 1 | wc -c)" -gt 0 ] ||
        fail "the munge key is all zeros" "make one: \`dd if=/dev/urandom of=KEY bs=1024 count=1\`"
    mkdir -p /run/munge && chmod 0755 /run/munge && chown munge:munge /run/munge ||
        fail "munged cannot make its socket in /run/munge" "bind either /run/munge with a socket in it or a key, not an empty folder"
    mkdir -p /run/ldms && : >"$OWN_MUNGED"
    setpriv --reuid=munge --regid=munge --clear-groups munged --key-file="$key" || {
        tail -n 5 /var/log/munge/munged.log >&2 2>/dev/null
        fail "munged did not start"
    }
}

check_munge() { # SOCKET
    answer=$(timeout 10 sh -c 'echo abc | munge -S "$1" | unmunge -S "$1" | tail -n 1' sh "$1" 2>&1) || true
    if [ "$answer" != abc ]; then
        echo "Munge check failed" >&2
        fail "munge cannot make and read a credential at \`$1\`: $answer"
    fi
    echo "Munge check OK"
}
