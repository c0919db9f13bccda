# Shell functions shared by setup.sh and base-image.sh; sourced, not run.

say() { printf 'setup: %s\n' "$*"; }

# fail CODE WHAT HELP...: one error, its remedy on lines of their own, then exit.
fail() {
  local code=$1 what=$2
  shift 2
  printf 'setup: %s\n' "$what" >&2
  for line in "$@"; do printf '  help: %s\n' "$line" >&2; done
  exit "$code"
}

# The longest that one step may take, in seconds.
STEP_LIMIT=900

# ticking WHAT COMMAND...: runs a silent command, says every 8 s that it still runs (a log that is silent for longer reads as a
# hang), ends it with all its children after 15 minutes, shows the end of its output when it fails, and returns its exit code.
ticking() {
  local what=$1 started=$SECONDS next=8 log code=0
  shift
  log=$(mktemp)
  setsid "$@" >"$log" 2>&1 </dev/null &
  local pid=$!
  # shellcheck disable=SC2064 # this command's pid, now
  trap "kill -- -$pid 2>/dev/null; exit 130" INT TERM
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.2
    if ((SECONDS - started >= next)); then
      say "$what: $((SECONDS - started)) s"
      next=$((next + 8))
    fi
    if ((SECONDS - started >= STEP_LIMIT)); then
      echo "no end within $STEP_LIMIT s" >>"$log"
      kill -- "-$pid" || true
    fi
  done
  wait "$pid" || code=$?
  trap - INT TERM
  # npm says what is wrong in its first lines, apt and debootstrap in their last.
  if ((code)); then { head -n 8 "$log" && tail -n +9 "$log" | tail -n 12; } | sed 's/^/  | /' >&2; fi
  rm -f "$log"
  return "$code"
}

is_root() { [ "$(id -u)" = 0 ]; }

# need_packages PACKAGE...: installs Debian packages, or prints the command that would.
need_packages() {
  if ! is_root; then
    fail 1 "these Debian packages are missing: $*" \
      "sudo apt-get update && sudo apt-get install --yes --no-install-recommends $*"
  fi
  say "installing the Debian packages $*"
  ticking "apt-get update" apt-get update &&
    ticking "apt-get install" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "$@"
}
