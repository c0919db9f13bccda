#!/usr/bin/env bash
# Makes a Debian 12 machine with Node.js ready for the lab: npm packages, Debian packages, a Docker engine, base images.
# Says each thing before it does it; does nothing, in under 2 s, where all is there.
#
#   lab/setup.sh             everything
#   lab/setup.sh --npm-only  only the npm packages
#
# Exit codes: 0 ready; 1 something is missing that this user may not install (the commands are printed); 3 no Docker engine
# can be had on this machine.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. lab/progress.sh

REGISTRY=198.18.0.5:5000
DAEMON_JSON=/etc/docker/daemon.json
DOCKERD_LOG=/var/log/ldms-lab-dockerd.log
NO_ENGINE="NO DOCKER ENGINE CAN BE HAD ON THIS MACHINE"

npm_packages() {
  command -v npm >/dev/null || fail 1 "no npm here" "install Node.js 20.19 or newer, with npm"
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
    fail 1 "Node.js is too old: $(node --version)" "install Node.js 20.19 or newer"

  # npm writes node_modules/.package-lock.json last, so it is missing after an install that was cut off.
  local installed=node_modules/.package-lock.json
  if [ ! -e "$installed" ] || [ package-lock.json -nt "$installed" ]; then
    # It would empty the folder that the link leads to, and another checkout lives by that.
    [ ! -L node_modules ] || fail 1 "node_modules is a link, and is not what package-lock.json says" \
      "npm ci --ignore-scripts   # in $(dirname "$(readlink -f node_modules)")"
    say "installing the npm packages (npm ci)"
    ticking "npm ci" npm ci --ignore-scripts || fail 1 "npm ci failed" "see the lines above"
    touch "$installed"
  fi
}

engine_answers() { timeout 10 docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }

# The engine is reached by the socket's group; a refusal there must not look like an engine that is off.
refuse_without_access() {
  local socket=/var/run/docker.sock
  if [ -S "$socket" ] && [ ! -w "$socket" ]; then
    fail 1 "user $(id -un) may not use the Docker engine of this machine" \
      "sudo usermod --append --groups docker $(id -un)   # then log in again"
  fi
}

# Debian's package starts the engine while it is being installed, so its configuration has to be there before.
install_engine() {
  if is_root && [ ! -e "$DAEMON_JSON" ]; then
    say "writing $DAEMON_JSON (plain HTTP allowed for the lab's registry $REGISTRY)"
    mkdir -p "$(dirname "$DAEMON_JSON")"
    printf '{ "insecure-registries": ["%s"] }\n' "$REGISTRY" >"$DAEMON_JSON"
  fi
  need_packages docker.io || fail 3 "$NO_ENGINE: installing docker.io failed"
}

start_engine() {
  is_root || fail 1 "the Docker engine is not running" "sudo bash lab/setup.sh   # once, to start it"
  if [ -d /run/systemd/system ]; then
    say "starting the Docker engine (systemctl start docker)"
    timeout 60 systemctl start docker || fail 3 "$NO_ENGINE: \`systemctl start docker\` failed" "journalctl --unit docker"
  elif ! pgrep -x dockerd >/dev/null; then
    say "starting the Docker engine (dockerd, log in $DOCKERD_LOG)"
    local trust=(--insecure-registry "$REGISTRY")
    # dockerd stops at a setting that is given by file and by flag.
    if grep -qs insecure-registries "$DAEMON_JSON"; then trust=(); fi
    setsid nohup dockerd "${trust[@]}" >>"$DOCKERD_LOG" 2>&1 </dev/null &
  fi

  local deadline=$((SECONDS + 60)) next=$((SECONDS + 8))
  until engine_answers; do
    if ((SECONDS >= deadline)); then
      tail -n 10 "$DOCKERD_LOG" 2>/dev/null | sed 's/^/  | /' >&2
      fail 3 "$NO_ENGINE: dockerd did not answer within 60 s"
    fi
    if ((SECONDS >= next)); then
      say "waiting for the Docker engine"
      next=$((SECONDS + 8))
    fi
    sleep 0.3
  done
}

# An engine that runs with a configuration of its owner's is not reconfigured here.
check_registry_is_trusted() {
  local trusted
  trusted=$(timeout 20 docker info --format '{{json .RegistryConfig}}')
  case $trusted in
  *"\"$REGISTRY\":{"* | *'"198.18.0.0/'*) ;;
  *) fail 1 "the Docker engine does not accept the lab's registry $REGISTRY, which speaks plain HTTP" \
    "add to $DAEMON_JSON:  \"insecure-registries\": [\"$REGISTRY\"]" \
    "then: sudo kill -HUP \$(cat /var/run/docker.pid)   # reloads it, stops no container" ;;
  esac
}

npm_packages
if [ "${1:-}" = --npm-only ]; then exit 0; fi

missing=()
command -v ssh >/dev/null || missing+=(openssh-client)
command -v pdsh >/dev/null || missing+=(pdsh)
command -v python3 >/dev/null || missing+=(python3)
# Its sh and awk are those of small hosts; the tests of scripts run in them too.
command -v busybox >/dev/null || missing+=(busybox)
command -v shellcheck >/dev/null || missing+=(shellcheck)
if ((${#missing[@]})); then need_packages "${missing[@]}" || fail 1 "apt-get failed" "see the lines above"; fi

if ! command -v docker >/dev/null || ! engine_answers; then
  refuse_without_access
  if ! command -v docker >/dev/null || ! command -v dockerd >/dev/null; then install_engine; fi
  start_engine
fi
check_registry_is_trusted

bash lab/base-image.sh bookworm trixie
