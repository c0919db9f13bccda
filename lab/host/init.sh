#!/bin/bash
# What a host runs after docker-init: its three services, each started again when it ends, as a service manager would.

forever() {
  while :; do
    "$@"
    sleep 1
  done
}

# cgroup v2 delegates a controller only from a group without processes of its own. Source: the init of the docker:dind image.
# Untried: the machines at hand had cgroup v1.
if [ -f /sys/fs/cgroup/cgroup.controllers ]; then
  mkdir -p /sys/fs/cgroup/init
  xargs -rn1 </sys/fs/cgroup/cgroup.procs >/sys/fs/cgroup/init/cgroup.procs 2>/dev/null
  sed -e 's/ / +/g' -e 's/^/+/' /sys/fs/cgroup/cgroup.controllers >/sys/fs/cgroup/cgroup.subtree_control
fi

# Docker gives the host's own name the interconnect's address as well; here, as on a cluster, that one has the -iw name only.
# (The file is a mount: it can be written, not replaced.)
hosts=$(awk '!seen[$1, $2]++ && !($1 ~ /^198[.]19[.]/ && $2 !~ /-iw$/)' /etc/hosts)
printf '%s\n' "$hosts" >/etc/hosts

# One kind of key: an RSA key takes a second of CPU to make, on each of eight hosts at once.
[ -f /etc/ssh/ssh_host_ed25519_key ] || ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key
install -d /run/sshd
# Delivered with the owner that they had on the machine; sshd and munged each insist on one.
chown root:root /root/.ssh/authorized_keys
# Not again at a restart: a host that comes back has no file that changed.
cmp -s /root/.ssh/authorized_keys /home/admin/.ssh/authorized_keys ||
  install -D -o admin -g admin -m 0600 /root/.ssh/authorized_keys /home/admin/.ssh/authorized_keys
chown munge:munge /etc/munge/munge.key
chmod 0400 /etc/munge/munge.key
install -d -o munge -g munge -m 0755 /run/munge

forever /usr/sbin/sshd -D -e &
forever setpriv --reuid munge --regid munge --init-groups munged --foreground --force &

# --bridge=none --iptables=false: the deployed containers use the host's network. The parent group keeps what inner containers
# leave in the machine's cgroup tree apart, so that `lab:down` finds it.
forever dockerd --bridge=none --iptables=false --cgroup-parent="/ldms-lab/$(uname -n)" &

wait
