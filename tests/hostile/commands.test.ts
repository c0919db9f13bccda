import { testRefusals } from "./hostile-input";

const RUN = "docker run --privileged --pid=container:samp img";

/** What would be a container's setting, or a command of its own, in a place where the stack file has neither. */
testRefusals("commands", [
  {
    title: "a service is to join the sampler's PID namespace",
    replaced: { "ldms:maestro: { host: cygnus-07 }": 'ldms:maestro: { host: cygnus-07, pid: "container:samp" }' },
    says: /maestro: .*`?"?pid/,
  },
  {
    title: "the UI is to join the sampler's IPC namespace",
    replaced: { "ldms:ui: { host: cygnus-07 }": 'ldms:ui: { host: cygnus-07, ipcMode: "container:samp" }' },
    says: /ui: .*ipcMode/,
  },
  {
    title: "a service is to have the sampler's mounts",
    replaced: { "ldms:grafana: { host: cygnus-07 }": "ldms:grafana: { host: cygnus-07, volumesFrom: [samp] }" },
    says: /grafana: .*volumesFrom/,
  },
  {
    title: "a sampler is to be left out of the engine's user namespaces",
    replaced: { "      container: samp\n": "      container: samp\n      userns: host\n" },
    says: /samplers\[0\]: .*userns/,
  },
  {
    title: "docker's options stand beside a sampler's",
    replaced: { "      container: samp\n": '      container: samp\n      dockerOptions: ["--pid=container:samp"]\n' },
    says: /samplers\[0\]: .*dockerOptions/,
  },
  {
    title: "options are one text with a command in it",
    replaced: { "      container: samp\n": `      container: samp\n      options: "; ${RUN}"\n` },
    says: /samplers\[0\]\.options/,
  },
  {
    title: "a container's name ends its command and begins another",
    replaced: { "container: samp\n": `container: "samp; ${RUN}"\n` },
    says: /samplers\[0\]\.container: must be a container's name/,
  },
  {
    title: "a container's name is docker's option",
    replaced: { "container: samp\n": 'container: "--privileged"\n' },
    says: /samplers\[0\]\.container: must be a container's name/,
  },
  {
    title: "a container's name is a command's output",
    replaced: { "container: samp\n": `container: "$(${RUN})"\n` },
    says: /samplers\[0\]\.container: must be a container's name/,
  },
  {
    title: "a host's name has a command behind it",
    replaced: { "ldms:maestro: { host: cygnus-07 }": `ldms:maestro: { host: "cygnus-07; ${RUN}" }` },
    says: /maestro\.host: /,
  },
  {
    title: "a host's name is a command's output",
    replaced: { "ldms:hosts: cygnus-[01-08]": `ldms:hosts: "$(${RUN})"` },
    says: /hosts: /,
  },
  {
    title: "a user's name is ssh's option",
    replaced: { "ldms:ssh: { user: root }": `ldms:ssh: { user: "-oProxyCommand=${RUN}" }` },
    says: /ssh\.user: must be a user name/,
  },
  {
    title: "a login node is ssh's option",
    replaced: { "ldms:ssh: { user: root }": `ldms:ssh: { user: root, jump: "-oProxyCommand=${RUN}" }` },
    says: /ssh\.jump: must be/,
  },
  {
    title: "a key exchange is ssh's option",
    replaced: { "ldms:ssh: { user: root }": `ldms:ssh: { user: root, kexAlgorithms: "curve25519-sha256 -oProxyCommand=x" }` },
    says: /ssh\.kexAlgorithms: must be OpenSSH's names/,
  },
  {
    title: "an image's name space has a command behind it",
    replaced: { "namespace: ovishpc": `namespace: "ovishpc; ${RUN}"` },
    says: /images\.namespace: /,
  },
  {
    title: "an image's tag begins docker's options",
    replaced: { "tag: 4.5.3": `tag: "4.5.3 --privileged"` },
    says: /images\.tag: /,
  },
  {
    title: "an image is docker's option",
    replaced: { "source: registry }": 'source: registry, references: { ldms-samp: "--privileged" } }' },
    says: /images\.references/,
  },
  {
    title: "a store's folder has a mount of its own behind it",
    replaced: { "hostPath: /store }": 'hostPath: "/store:/store --volume /:/host" }' },
    says: /hostPath: must be an absolute path/,
  },
  {
    title: "a store's folder has a line of its own behind it",
    replaced: { "hostPath: /store }": `hostPath: "/store\\n${RUN}" }` },
    says: /hostPath: must not have control characters/,
  },
  {
    title: "the UI's address has a command behind it",
    replaced: { "ldms:ui: { host: cygnus-07 }": 'ldms:ui: { host: cygnus-07, address: "0.0.0.0; docker run img" }' },
    says: /ui\.address: must be an address/,
  },
  {
    title: "a stack's name has a command behind it",
    argv: ["plan", "-s", `cygnus; ${RUN}`],
    says: /cygnus; docker run/,
  },
  {
    title: "a waiver is of a rule that there is not",
    replaced: {
      "  ldms:maestro:": `  ldms:waivers: [{ rule: docker-run-readable, reason: being debugged, until: "2027-01-31" }]\n  ldms:maestro:`,
    },
    says: /docker-run-readable/,
  },
]);
