import { pauseHost, resumeHost, runOnHost, startHost, stopHost } from "../../../lab/lab";
import { waitForHost } from "../../../lab/lab-hosts";

/** One thing that breaks on one host of the lab, and what is said of it. */
export interface LinkFault {
  readonly title: string;
  readonly breaks: () => Promise<unknown>;
  /** What no deployment mends; absent: `ldms up --refresh` mends all of it. */
  readonly mends?: () => Promise<unknown>;
  /** What verify tells of it: the link, the container and the host, of which maestro may choose one; absent: data flows as before. */
  readonly told?: RegExp;
  /** What the cause says. */
  readonly message?: RegExp;
  /** A line of each verb's answer; absent: it has nothing to say of it. */
  readonly status?: RegExp;
  readonly preflight?: RegExp;
  readonly drift?: RegExp;
  /** Of `preview --refresh`, which looks at each property of a container. */
  readonly preview?: RegExp;
}

/** maestro gives an aggregator that was restarted its producers again within two of its looks. */
export const BACK_SECONDS = 90;

const KEY = "/etc/munge/munge.key";
const FILES = "/var/lib/ldms/lab";
const KILL_MUNGED = "kill $(cat /run/munge/munged.pid)";
const RESTART_SAMP = "docker restart --time 5 samp >/dev/null";
const WAIT_FOR_SAMP =
  'for i in $(seq 30); do [ -z "$(docker ps --quiet --filter name=^samp$ --filter status=running)" ] || break; sleep 1; done';

/** The host's init starts it again at once, so that its program has to be somewhere else. */
const END_DOCKERD =
  "mv /usr/sbin/dockerd /usr/sbin/dockerd.kept; kill $(pidof dockerd); for i in $(seq 30); do pidof dockerd >/dev/null || break; sleep 1; done";
const START_DOCKERD = `mv /usr/sbin/dockerd.kept /usr/sbin/dockerd; ${WAIT_FOR_SAMP}`;

/** What a host that is ten minutes late says of the time, to who asks it and in its credentials: the machine's own clock is every host's. */
const SET_CLOCK = `for program in /usr/sbin/munged /usr/bin/date; do
  mv $program $program.true
  { echo '#!/bin/sh'; echo "LD_PRELOAD=$(ls /usr/lib/*/faketime/libfaketime.so.1) FAKETIME=-10m FAKETIME_DONT_FAKE_MONOTONIC=1 exec $program.true \\"\\$@\\""; } >$program
  chmod 755 $program
done`;
const RESET_CLOCK = "for program in /usr/sbin/munged /usr/bin/date; do mv $program.true $program; done";

function control(host: string, container: string, line: string): Promise<string> {
  return runOnHost(host, `echo '${line}' | docker exec -i ${container} ldmsd_controller -x sock -h localhost -p 411 -a munge`);
}

/** maestro chooses the one of them that pulls a sampler. */
function onAggregators(script: string): Promise<unknown> {
  return Promise.all(["cygnus-05", "cygnus-06"].map((host) => runOnHost(host, script)));
}

const MAESTRO_FILE = `${FILES}/maestro/ldms_cfg.yaml`;

/** The aggregators have what maestro said last until they are started anew. */
async function editMaestro(edit: string): Promise<void> {
  await runOnHost("cygnus-07", `${edit}; docker restart --time 5 maestro`);
  await onAggregators("docker restart --time 5 agg1");
  const knows = "echo prdcr_status | docker exec -i agg1 ldmsd_controller -x sock -h localhost -p 411 -a munge | grep -q cygnus-01";
  await Promise.any(
    ["cygnus-05", "cygnus-06"].map((host) =>
      runOnHost(host, `for i in $(seq 60); do ! ${knows} || exit 0; sleep 1; done; exit 1`, { timeoutSeconds: BACK_SECONDS }),
    ),
  );
}

/** A container that somebody stops. */
function stopped(container: string, host: string, link = "container"): LinkFault {
  return {
    title: `${container} on ${host} stopped`,
    breaks: () => runOnHost(host, `docker stop --time 5 ${container}`),
    told: new RegExp(`^${link} ${container} ${host}$`),
    message: /^exited \(\d+\)/,
    status: new RegExp(`^${host}: ${container} is exited$`, "m"),
    drift: new RegExp(`^ *${host}: ${container} is exited$`, "m"),
  };
}

/** A line on a sampler that starts again and again, two of them in one line at times; one that runs for a moment says nothing of its plugins. */
function comesAndGoes(host: string, text: string): RegExp {
  return new RegExp(`^ *(${host}|cygnus-\\[01-02\\]): ${text}`, "m");
}

/** A file that somebody writes badly, and a container that reads it at its start. */
function badFile(title: string, file: string, restarts: string, fault: Pick<LinkFault, "told" | "message" | "status">): LinkFault {
  const path = `${FILES}/${file}`;
  return {
    title,
    breaks: () => runOnHost("cygnus-07", `cp -p ${path} /tmp/right && echo '}broken{' >${path}; docker restart --time 5 ${restarts}`),
    mends: () => runOnHost("cygnus-07", `cat /tmp/right >${path}; docker restart --time 5 ${restarts}`),
    drift: new RegExp(`^ *cygnus-07: ${path} has another content$`, "m"),
    ...fault,
  };
}

const SAMP_GONE: LinkFault = {
  title: "a sampler's container removed",
  breaks: () => runOnHost("cygnus-04", "docker rm --force samp"),
  told: /^container samp cygnus-04$/,
  message: /^is missing$/,
  status: /^cygnus-04: samp is missing$/m,
  drift: /^ *cygnus-04: samp is missing$/m,
};

export const LINK_FAULTS: readonly LinkFault[] = [
  {
    title: "a sampler's host dead",
    breaks: () => stopHost("cygnus-04"),
    mends: async () => {
      await startHost("cygnus-04");
      await waitForHost("cygnus-04");
    },
    told: /^host - cygnus-04$/,
    message: /^unreachable: /,
    status: /^cygnus-04: unreachable: /m,
    preflight: /^cygnus-04: unreachable: /m,
    drift: /^ *cygnus-04: unknown: unreachable: /m,
  },
  {
    title: "a sampler's host frozen",
    // What freezes a host of the lab leaves the containers of its engine alone.
    breaks: async () => {
      await runOnHost("cygnus-03", "docker pause samp");
      await pauseHost("cygnus-03");
    },
    mends: async () => {
      await resumeHost("cygnus-03");
      await waitForHost("cygnus-03");
      await runOnHost("cygnus-03", "docker unpause samp");
    },
    told: /^host - cygnus-03$/,
    message: /./,
    status: /^cygnus-03: /m,
    preflight: /^cygnus-03: /m,
    drift: /^ *cygnus-03: unknown: unreachable: /m,
  },
  {
    title: "the network between an aggregator and a sampler cut",
    breaks: () =>
      runOnHost("cygnus-02", "iptables -I INPUT ! -i lo -p tcp --dport 411 -j DROP; iptables -I OUTPUT ! -o lo -p tcp --sport 411 -j DROP"),
    mends: () => runOnHost("cygnus-02", "iptables -F"),
    told: /^transport agg1 cygnus-0[56]$/,
    message: /samp on cygnus-02/,
  },
  {
    title: "the engine of an aggregator's host hung",
    breaks: () => runOnHost("cygnus-05", "kill -STOP $(pidof dockerd)"),
    mends: () => runOnHost("cygnus-05", "kill -CONT $(pidof dockerd)"),
    told: /^engine - cygnus-05$/,
    message: /does not answer: no answer within 4 s$/,
    status: /^cygnus-05: /m,
    preflight: /^cygnus-05: /m,
    drift: /^ *cygnus-05: unknown: its Docker engine does not answer: no answer within 8 s$/m,
  },
  {
    title: "Docker stopped on a sampler's host",
    breaks: () => runOnHost("cygnus-01", END_DOCKERD, { timeoutSeconds: 60 }),
    mends: () => runOnHost("cygnus-01", START_DOCKERD, { timeoutSeconds: 60 }),
    told: /^engine - cygnus-01$/,
    message: /Cannot connect to the Docker daemon/,
    status: /^cygnus-01: Cannot connect to the Docker daemon/m,
    preflight: /^cygnus-01: its Docker engine does not answer: .*Cannot connect to the Docker daemon/m,
    drift: /^ *cygnus-01: unknown: .*Cannot connect to the Docker daemon/m,
  },
  {
    title: "Docker's disk full on a sampler's host",
    breaks: () =>
      runOnHost(
        "cygnus-04",
        `${END_DOCKERD}
set -e
mkdir /docker-disk
mount -t tmpfs -o size=$(($(du -sm /var/lib/docker | cut -f1) + 40))m tmpfs /docker-disk
cp -a /var/lib/docker/. /docker-disk
mount --bind /docker-disk /var/lib/docker
${START_DOCKERD}
cat /dev/zero >/var/lib/docker/full 2>/dev/null || true`,
        { timeoutSeconds: 120 },
      ),
    mends: () =>
      runOnHost("cygnus-04", `${END_DOCKERD}; umount -l /var/lib/docker; umount -l /docker-disk; rmdir /docker-disk; ${START_DOCKERD}`, {
        timeoutSeconds: 120,
      }),
    preflight: /^cygnus-04: Docker's folder `\/var\/lib\/docker`: 0 % of its disk are free$/m,
  },
  {
    title: "a host's clock ten minutes late",
    breaks: () => runOnHost("cygnus-03", `${SET_CLOCK}; ${KILL_MUNGED}; sleep 2; ${RESTART_SAMP}`),
    mends: () => runOnHost("cygnus-03", `${RESET_CLOCK}; ${KILL_MUNGED}; sleep 2; ${RESTART_SAMP}`),
    told: /^authentication agg1 cygnus-0[56]$/,
    message:
      /^1 of \d+ producers DISCONNECTED \(samp on cygnus-03\): authentication failed: cygnus-03: its clock is 10 min behind this machine's$/,
    preflight: /^cygnus-03: munge credential of cygnus-01 is refused: Rewound credential/m,
  },
  SAMP_GONE,
  {
    ...SAMP_GONE,
    title: "a sampler's container and its image removed",
    breaks: () => runOnHost("cygnus-04", "docker rm --force samp; docker image prune --all --force"),
  },
  stopped("samp", "cygnus-01"),
  {
    title: "a sampler hung",
    breaks: () => runOnHost("cygnus-02", "docker pause samp"),
    mends: () => runOnHost("cygnus-02", "docker unpause samp"),
    told: /^container samp cygnus-02$/,
    message: /^is paused$/,
    status: /^cygnus-02: samp is paused$/m,
    drift: /^ *cygnus-02: samp is paused$/m,
  },
  {
    title: "a sampler's port taken",
    breaks: () =>
      runOnHost(
        "cygnus-01",
        `docker stop --time 5 samp; setsid perl -MSocket -e 'socket(S,PF_INET,SOCK_STREAM,6); setsockopt(S,SOL_SOCKET,SO_REUSEADDR,1); bind(S,sockaddr_in(411,INADDR_ANY)) or die; listen(S,9); sleep 600' >/dev/null 2>&1 </dev/null & sleep 1; docker start samp`,
      ),
    mends: () => runOnHost("cygnus-01", "pkill perl; docker restart --time 5 samp"),
    told: /^container samp cygnus-01$/,
    message: /^has been restarted \d+ times?: ERROR: ldmsd: Error \d+ Listening on sock:411/,
    status: comesAndGoes("cygnus-01", "samp is (starting|restarting|exited)$"),
    preflight: /^cygnus-01: port 411 \(ldmsd of `samp`\) is held by `perl`, process \d+$/m,
    drift: comesAndGoes("cygnus-01", "(samp is (starting|restarting|exited)|unknown: samp does not say what it runs)"),
  },
  {
    title: "a plugin stopped",
    breaks: () => control("cygnus-02", "samp", "stop name=meminfo"),
    mends: () => control("cygnus-02", "samp", "start name=meminfo interval=1s offset=0s"),
    told: /^sets samp cygnus-02$/,
    message: /^set cygnus-02\/meminfo: \d+ intervals old$/,
  },
  {
    title: "a sampler changed by hand",
    breaks: () => runOnHost("cygnus-01", "docker update --restart no samp"),
    preview: /restart: "no" => "unless-stopped"/,
  },
  {
    title: "a munge key replaced",
    breaks: () =>
      runOnHost("cygnus-03", `cp -p ${KEY} ${KEY}.right && head -c 128 /dev/urandom >${KEY}; ${KILL_MUNGED}; sleep 2; ${RESTART_SAMP}`),
    mends: () => runOnHost("cygnus-03", `mv ${KEY}.right ${KEY}; ${KILL_MUNGED}; sleep 2; ${RESTART_SAMP}`),
    told: /^authentication agg1 cygnus-0[56]$/,
    message: /^1 of \d+ producers DISCONNECTED \(samp on cygnus-03\): authentication failed: munge key of cygnus-03 differs$/,
    preflight: /^cygnus-03: munge credential of cygnus-01 is refused/m,
  },
  {
    title: "munged stopped",
    breaks: () => runOnHost("cygnus-02", `mv /usr/sbin/munged /usr/sbin/munged.kept; ${KILL_MUNGED}; ${RESTART_SAMP}`),
    mends: () => runOnHost("cygnus-02", `mv /usr/sbin/munged.kept /usr/sbin/munged; sleep 3; ${RESTART_SAMP}`),
    told: /^container samp cygnus-02$/,
    message: /munge has neither the host's socket nor a key$/,
    status: comesAndGoes("cygnus-02", "samp is (starting|restarting|exited)$"),
    preflight: /^cygnus-02: its munge makes no credential: no socket/m,
    drift: comesAndGoes("cygnus-02", "(samp is (starting|restarting|exited)|unknown: samp does not say what it runs)"),
  },
  {
    title: "a name of the interconnect that does not resolve",
    breaks: () => onAggregators("cp /etc/hosts /tmp/hosts && grep -v cygnus-04-iw /tmp/hosts >/etc/hosts; docker restart --time 5 agg1"),
    mends: () => onAggregators("cat /tmp/hosts >/etc/hosts; docker restart --time 5 agg1"),
    told: /^transport agg1 cygnus-0[56]$/,
    message: /^1 of \d+ producers DISCONNECTED \(samp on cygnus-04\): their names do not resolve there$/,
  },
  stopped("agg1", "cygnus-05"),
  stopped("agg2", "cygnus-07"),
  {
    title: "a storage policy stopped",
    breaks: () => control("cygnus-07", "agg2", "strgp_stop name=sos-meminfo"),
    mends: () => control("cygnus-07", "agg2", "strgp_start name=sos-meminfo"),
    told: /^policy agg2 cygnus-07$/,
    message: /^storage policy `sos-meminfo` is STOPPED$/,
  },
  {
    title: "the store's disk full",
    breaks: () =>
      runOnHost(
        "cygnus-07",
        `docker stop --time 5 agg2; mount -t tmpfs -o size=24m tmpfs /store; docker start agg2
for i in $(seq 60); do sleep 1; [ ! -e /store/meminfo ] || break; done
sleep 3; cat /dev/zero >/store/full 2>/dev/null; true`,
        { timeoutSeconds: 90 },
      ),
    mends: () => runOnHost("cygnus-07", "docker stop --time 5 agg2; umount /store; docker start agg2"),
    told: /^rows agg2 cygnus-07$/,
    message: /^store \/store\/meminfo: 0\.\d % of its disk are free$/,
    preflight: /^cygnus-07: folder `\/store`: 0 % of its disk are free$/m,
  },
  {
    title: "a wrong port in maestro's file",
    breaks: () => editMaestro(`cp -p ${MAESTRO_FILE} /tmp/right; sed -i '0,/ports: 411/s//ports: 412/' ${MAESTRO_FILE}`),
    mends: () => editMaestro(`cat /tmp/right >${MAESTRO_FILE}`),
    told: /^producer agg1 cygnus-05$/,
    message: /^4 of 4 producers unknown to it: it dials port 412, in the stack file they listen at 411$/,
    drift: new RegExp(`^ *cygnus-07: ${MAESTRO_FILE} has another content$`, "m"),
  },
  badFile("a file that maestro refuses", "maestro/ldms_cfg.yaml", "maestro", {
    told: /^producer maestro cygnus-07$/,
    message: /^has been restarted \d+ times?: ldms: maestro cannot use `\/etc\/ldms_cfg.yaml`$/,
    status: /^cygnus-07: maestro is (starting|restarting|exited)$/m,
  }),
  {
    title: "etcd gone",
    breaks: () => runOnHost("cygnus-07", "docker exec maestro pkill etcd"),
  },
  stopped("dsosd", "cygnus-07", "dsosd"),
  stopped("ui", "cygnus-07", "ui"),
  badFile("settings of the UI that are broken", "ui/settings.py", "ui", {
    told: /^ui ui cygnus-07$/,
    message: /./,
    status: /^cygnus-07: ui/m,
  }),
  stopped("grafana", "cygnus-07", "grafana"),
];

/** Two at once, of which neither hides the other, by their titles. */
const PAIRS: readonly (readonly [string, string])[] = [
  ["a sampler's container removed", "dsosd on cygnus-07 stopped"],
  ["agg1 on cygnus-05 stopped", "a sampler's container removed"],
  ["samp on cygnus-01 stopped", "ui on cygnus-07 stopped"],
  ["a sampler's host dead", "dsosd on cygnus-07 stopped"],
  ["a sampler's host frozen", "samp on cygnus-01 stopped"],
  ["the engine of an aggregator's host hung", "grafana on cygnus-07 stopped"],
  ["the network between an aggregator and a sampler cut", "samp on cygnus-01 stopped"],
  ["a sampler hung", "a munge key replaced"],
  ["a plugin stopped", "settings of the UI that are broken"],
  ["munged stopped", "a sampler's port taken"],
  ["agg2 on cygnus-07 stopped", "a sampler's container removed"],
  ["a storage policy stopped", "samp on cygnus-01 stopped"],
];

export const LINK_FAULT_PAIRS: readonly (readonly LinkFault[])[] = PAIRS.map((titles) =>
  titles.map((title) => LINK_FAULTS.find((fault) => fault.title === title)!),
);
