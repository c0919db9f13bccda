# Sourced by ldmsd-entrypoint: what the entrypoint has to know of ldmsd's arguments, which it passes on as they are.

# Short options of ldmsd 4.3 to 4.5 that take a value; the others are flags.
LDMSD_VALUED=ABCHILMNPRSTacilmnoprstuvxy

# Sets listens (array of XPRT:PORT[:HOST]), auth, auth_args (array), has_config and is_question.
read_ldmsd_argv() {
    listens=() auth=none auth_args=() has_config= is_question=
    local word
    while [ $# -gt 0 ]; do
        word=$1
        shift
        case $word in
        --*=*) take_ldmsd_option "${word%%=*}" "${word#*=}" ;;
        --help | --version) is_question=yes ;;
        --*)
            # A long flag is followed by an option or nothing.
            if [ $# -gt 0 ] && [[ $1 != -* ]]; then
                take_ldmsd_option "$word" "$1"
                shift
            fi
            ;;
        -?*)
            if read_ldmsd_short "${word#-}" "$@"; then shift; fi
            ;;
        esac
    done
}

# CLUSTER [NEXT]: letters such as `Fxsock:411`; true where NEXT was the value of the last one.
read_ldmsd_short() {
    local cluster=$1 letter
    while [ -n "$cluster" ]; do
        letter=${cluster:0:1}
        cluster=${cluster:1}
        [[ $letter != [Vh?] ]] || is_question=yes
        [[ $LDMSD_VALUED == *"$letter"* ]] || continue
        if [ -n "$cluster" ]; then
            take_ldmsd_option "-$letter" "$cluster"
            return 1
        fi
        [ $# -gt 1 ] || return 1
        take_ldmsd_option "-$letter" "$2"
        return 0
    done
    return 1
}

take_ldmsd_option() { # NAME VALUE
    case $1 in
    -x | --xprt) listens+=("$2") ;;
    -a | --default_auth) auth=$2 ;;
    -A | --default_auth_args) auth_args+=("$2") ;;
    # A file may have `listen` lines of its own.
    -c | --config | -y | --yaml) has_config=yes ;;
    -u) is_question=yes ;;
    esac
}
