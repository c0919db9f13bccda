import { GRAFANA, MAESTRO, SAMPLER } from "../../plan/rules/examples";
import type { ContainerFacts } from "../../plan/rules/facts";
import { shellQuote } from "../../plan/text/shell";
import { runWords } from "./inputs";
import type { Pick } from "./stack-mutators";

/** A container that breaks a mandatory rule, and the rule. */
const BREAKING: readonly (readonly [rule: string, facts: ContainerFacts])[] = [
  ["service-does-not-share-host-pid", { ...MAESTRO, pidMode: "host" }],
  ["joins-no-other-container", { ...MAESTRO, pidMode: "container:samp" }],
  ["joins-no-other-container", { ...GRAFANA, ipcMode: "container:samp" }],
  ["joins-no-other-container", { ...GRAFANA, networkMode: "container:samp" }],
  ["joins-no-other-container", { ...MAESTRO, volumesFrom: ["samp"] }],
  ["uts-and-user-namespace-of-its-own", { ...SAMPLER, usernsMode: "host" }],
  ["uts-and-user-namespace-of-its-own", { ...SAMPLER, utsMode: "host" }],
  ["sampler-shares-host-pid", { ...SAMPLER, pidMode: undefined }],
  ["ipc-namespace-of-its-own", { ...SAMPLER, ipcMode: "host" }],
  ["capabilities-allowed-for-role", { ...SAMPLER, capabilities: { add: ["SYS_ADMIN"], drop: ["ALL"] } }],
  ["devices-allowed-for-role", { ...MAESTRO, devices: ["/dev/sda"] }],
  ["confinement-not-lifted", { ...MAESTRO, securityOpts: ["seccomp=unconfined"] }],
  ["no-engine-socket", { ...MAESTRO, mounts: [{ source: "/var/run/docker.sock", target: "/s", readOnly: true }] }],
  ["no-sensitive-host-folders", { ...GRAFANA, mounts: [{ source: "/etc", target: "/host", readOnly: true }] }],
  ["restarts-by-itself", { ...SAMPLER, restart: "no" }],
  ["no-secret-in-settings", { ...GRAFANA, env: { SITE_PASSWORD: "it's x" } }],
];

const CLIENTS = ["docker", "/usr/bin/docker", "'docker'", '"docker"', "d\\ocker", "do''cker", "do\\\ncker", "$'docker'", "$'\\x64ocker'"];
const OTHER_CLIENTS = [
  "podman",
  "nerdctl",
  "podman-remote",
  "/usr/bin/podman",
  "docker-current",
  '"$bin/docker"',
  "$engine",
  "/usr/bin/d?cker",
];
const GLOBAL_OPTIONS = [
  "",
  "",
  "",
  "--log-level error",
  "-l error",
  "-H unix:///run/other.sock",
  "--context other",
  "--config=/root/d",
  "-D",
];
const VERBS = ["run", "create", "container run", "container create", "'run'", '"run"', "r\\un", "run --detach"];
const PREFIXES = [
  ...["", "", "", "exec", "command", "sudo", "sudo -n -u root", "env X=1", "nohup", "timeout 5", "nice -n 5", "time", "!", "setsid -w"],
  ...["DOCKER_HOST=tcp://other:2375", "A=1 B='2 3' sudo", "xargs -r", "flock /tmp/lock", "ssh cygnus-02", "srun -N1", "stdbuf -oL"],
];
const BLANKS = [" ", "  ", "\t", " \\\n", " \\\n\t ", "\\\n  "];
const ENDS = ["", "", " >/dev/null", " >/dev/null 2>&1", " &", " || true", " | cat", " </dev/null", " # docker ps", "; docker ps"];

const inDouble = (line: string) => `"${line.replace(/[\\"$`]/g, "\\$&")}"`;
/** Where in a script the line stands. */
const PLACES: readonly ((line: string) => string)[] = [
  (line) => line,
  (line) => `f() {\n  ${line}\n}\nf`,
  (line) => `said=$(${line}\n)`,
  (line) => `echo "said: $(${line}\n)"`,
  (line) => `said=\`${line.replace(/[\\`$]/g, "\\$&")}\n\``,
  (line) => `(${line}\n)`,
  (line) => `{ ${line}\n} 2>&1`,
  (line) => `if true; then ${line}\nfi`,
  (line) => `case $1 in\na | b) ;;\n*) ${line}\n;; esac`,
  (line) => `while sleep 1; do ${line}\ndone`,
  (line) => `cd / && ${line}`,
  (line) => `sh -c ${shellQuote(line)}`,
  (line) => `bash -lc ${inDouble(line)}`,
  (line) => `sudo sh -ec ${shellQuote(line)}`,
  (line) => `ssh -p 22 cygnus-02 ${shellQuote(`sh -c ${shellQuote(line)}`)}`,
  (line) => `eval ${shellQuote(line)}`,
  (line) => `trap ${shellQuote(line)} EXIT`,
  (line) => `start=${shellQuote(line)}\n$start`,
  (line) => `sh <<'END'\n${line}\nEND`,
  (line) => `cat >"$work/start" <<'END'\n${line}\nEND\nsh "$work/start"`,
  (line) => `sh <<-END\n\t${line.replace(/[\\$`]/g, "\\$&")}\n\tEND`,
  (line) => `printf '%s\\n' ${shellQuote(line)} | sh`,
  (line) => `echo ${shellQuote(line)} >"$work/start"`,
  (line) => `sh <<<${shellQuote(line)}`,
];

/** The line in a spelling of many. @returns the script, and the rule that the container breaks */
export function spellBreaking(pick: Pick): { readonly rule: string; readonly script: string } {
  const [rule, facts] = pick(BREAKING);
  const client = pick([...CLIENTS, ...CLIENTS, ...OTHER_CLIENTS]);
  return { rule, script: spell(client, runWords(facts), pick) };
}

/** @param words what follows the verb */
export function spell(client: string, words: readonly string[], pick: Pick): string {
  const quoted = words.map((word) => pick([shellQuote, shellQuote, inDouble, inSingle])(word));
  const front = [pick(PREFIXES), client, pick(GLOBAL_OPTIONS), pick(VERBS)].filter((part) => part !== "");
  const line = [...front, ...quoted].reduce((text, word) => `${text}${pick(BLANKS).replace(/^\\/, " \\")}${word}`);
  return `set -eu\n${pick(PLACES)(line + pick(ENDS))}\n`;
}

function inSingle(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

const HARMLESS_LINES = [
  ...[
    "docker ps",
    "docker  ps --all --quiet",
    "docker inspect --format '{{.Name}} run' samp",
    "docker images",
    "docker version",
    "docker --version",
  ],
  ...[
    "docker info >/dev/null 2>&1",
    'docker logs --tail 5 "$name"',
    "docker pull ovishpc/ldms-samp:4.5.3",
    "docker stop samp",
    "docker rm --volumes samp",
  ],
  ...[
    "docker start samp",
    "docker image inspect --format '{{.Id}}' \"$1\"",
    "docker image rm old",
    "docker container ls",
    "docker load --input x.tar",
  ],
  ...[
    "docker volume ls",
    "docker volume create --label a=b data",
    "docker network inspect host",
    "docker --log-level error ps",
    "sudo docker ps",
  ],
  ...[
    "docker exec samp ldms_ls",
    "docker exec -it samp sh -c 'docker run x'",
    'docker exec --user 1:1 -- "$1" id',
    "docker ps -q | xargs docker stop",
  ],
  ...[
    "ids=$(docker ps --quiet)",
    '[ -z "$ids" ] || docker inspect $ids',
    "podman ps",
    "podman inspect samp",
    "nerdctl images",
    "runc --version",
  ],
  ...[
    "command -v docker >/dev/null || exit 1",
    "type docker podman",
    "which docker",
    "[ -x /usr/bin/docker ]",
    "test -S /var/run/docker.sock",
  ],
  ...["ls -l /usr/bin/docker /var/run/docker.sock", "systemctl restart docker", "systemctl is-active docker containerd", "pgrep -x docker"],
  ...[
    "usermod -aG docker ops",
    "getent group docker",
    "chown root:docker /srv/x",
    "apt-get install -y docker podman",
    "rpm -q docker podman",
  ],
  ...[
    "cat /etc/docker/daemon.json",
    "cp daemon.json /etc/docker/daemon.json",
    "mkdir -p /etc/docker /var/lib/docker",
    "du -s /var/lib/docker/overlay2",
  ],
  ...[
    "cd /opt/docker",
    "tar cf /tmp/docker.tar docker.d",
    "find /var/lib/docker -name '*.log'",
    "rm -f docker-compose.yml docker.run",
    "sh ./docker-run.sh",
  ],
  ...[
    "dir=/var/lib/docker",
    "log=docker-run.log",
    "export DOCKER_HOST=unix:///var/run/docker.sock",
    "grep -q docker /proc/1/cgroup",
    "my-docker run x",
  ],
  ...[
    'echo "docker run --sysctl all is not allowed here"',
    "echo 'docker: not found' >&2",
    "printf 'start it by docker run --privileged\\n' >&2",
  ],
  ...[
    "message='docker is not running'",
    'fail "docker: $(last "$said")"',
    'fail "docker is not here"',
    "logger -t ldms 'docker run failed'",
  ],
  ...[
    'die "no docker on $host"',
    "fail 'docker run failed'",
    "cat <<END\nuse docker run --sysctl\nEND",
    "# docker run --sysctl all img",
    "true # podman run x",
  ],
  ...[
    "case $tool in docker | podman) docker ps ;; esac",
    "case $1 in run | create) echo x ;; esac",
    "if docker ps; then :; fi",
    "run --privileged img",
  ],
  ...[
    "awk '/docker/ { print $1 }' /proc/mounts",
    "sed -i s/docker/podman/ x.conf",
    "note docker.service:same",
    "printf '%s\\n' \"$said\" | tail -n 1",
  ],
];
const HARMLESS_PLACES: readonly ((line: string) => string)[] = [
  (line) => line,
  (line) => `if true; then :\n${line}\nfi`,
  (line) => `${line}\n# the line above starts no docker run`,
  (line) => `while sleep 1; do :\n${line}\ndone`,
];

/** Some lines that start nothing. */
export function spellHarmless(pick: Pick): string {
  const lines = Array.from({ length: pick([1, 2, 3, 5]) }, () => pick(HARMLESS_PLACES)(pick(HARMLESS_LINES)));
  return `set -u\n${lines.join("\n")}\n`;
}
