#!/usr/bin/env bash
# Has the images `debian:SUITE-slim` on this machine's Docker engine: pulled, or made here with debootstrap where no registry answers.
#
#   lab/base-image.sh bookworm trixie
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. lab/progress.sh

# A machine without a way out drops packets instead of refusing them.
PULL_SECONDS=15

# The Debian mirror that this machine itself installs from.
machine_mirror() {
  # shellcheck disable=SC2016 # apt's own variables
  apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(COMPONENT)|$(REPO_URI)' 'Identifier: Packages' |
    sed -n 's/^Debian|Debian|main|//p' | head -n 1
}

# make_slim FOLDER: without what the official `-slim` images leave out, now and of packages that are installed later; their rules.
make_slim() {
  local share=$1/usr/share part
  {
    for part in doc info linda lintian/overrides locale man; do echo "path-exclude /usr/share/$part/*"; done
    echo 'path-include /usr/share/doc/*/copyright'
  } >"$1/etc/dpkg/dpkg.cfg.d/docker"
  find "$share/doc" ! -type d ! -name copyright -delete
  find "$share/doc" -mindepth 1 -type d -empty -delete
  rm -rf "$share"/{info,linda,lintian/overrides,locale,man}/*
  rm -rf "$1"/var/cache/apt/archives/*.deb "$1"/var/lib/apt/lists/* "$1"/var/cache/ldconfig/aux-cache "$1"/var/log/*.log "$1"/etc/machine-id
}

# import_base SUITE FOLDER MIRROR
import_base() {
  set -euo pipefail
  debootstrap --variant=minbase "$1" "$2" "$3"
  make_slim "$2"
  # A mirror that is a snapshot is past its "valid until" in the image as much as on the machine.
  apt-config dump | grep -E '^Acquire::Check-(Valid-Until|Date) ' >"$2/etc/apt/apt.conf.d/90machine" || true
  # Not the lab's own label: images and containers made from this one would inherit it, and `lab:down` would take them.
  tar -C "$2" -c . | docker import --change "LABEL ldms.lab.base=$1" --change 'CMD ["bash"]' - "debian:$1-slim"
}
export -f make_slim import_base

make_base() {
  local started=$SECONDS
  ticking "debootstrap $1" bash -c 'import_base "$@"' import "$1" "$2/$1" "$3" || fail 1 "debian:$1-slim could not be made" "see the lines above"
  say "debian:$1-slim made in $((SECONDS - started)) s"
}

missing=()
for suite in "$@"; do
  image=debian:$suite-slim
  if docker image inspect "$image" >/dev/null 2>&1; then continue; fi
  say "pulling $image"
  if ! timeout --kill-after=2 "$PULL_SECONDS" docker pull --quiet "$image" >/dev/null 2>&1; then missing+=("$suite"); fi
done
if ((${#missing[@]} == 0)); then exit 0; fi

say "no registry gave ${missing[*]/%/-slim} within $PULL_SECONDS s; making them here from Debian packages"
is_root || fail 1 "debootstrap needs root" "sudo bash lab/base-image.sh ${missing[*]}"
command -v debootstrap >/dev/null || need_packages debootstrap || fail 1 "apt-get failed" "see the lines above"
mirror=$(machine_mirror)
if [ -z "$mirror" ]; then
  ticking "apt-get update" apt-get update
  mirror=$(machine_mirror)
fi
[ -n "$mirror" ] || fail 1 "apt knows no Debian mirror on this machine" "add one to /etc/apt/sources.list"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
jobs=()
for suite in "${missing[@]}"; do
  make_base "$suite" "$work" "$mirror" &
  jobs+=($!)
done
code=0
for job in "${jobs[@]}"; do wait "$job" || code=1; done
exit "$code"
