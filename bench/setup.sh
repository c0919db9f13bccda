#!/usr/bin/env bash
# Makes a Debian 12 machine ready for `npm run bench`: what the lab needs, and the tools beside which the deployments are measured.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. lab/progress.sh

# Without a Docker engine (3) the cases that need none are measured.
bash lab/setup.sh || [ $? -eq 3 ]

missing=()
command -v clush >/dev/null || missing+=(clustershell)
command -v ansible >/dev/null || missing+=(ansible-core)
PATH=$PATH:/usr/sbin:/sbin
command -v sshd >/dev/null || missing+=(openssh-server)
command -v ip >/dev/null || missing+=(iproute2)
command -v iptables >/dev/null || missing+=(iptables)
if ((${#missing[@]})); then need_packages "${missing[@]}" || fail 1 "apt-get failed" "see the lines above"; fi
