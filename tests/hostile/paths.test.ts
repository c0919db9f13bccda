import { type HostileInput, testRefusals } from "./hostile-input";
import { PREVIEWED } from "./site-program";

const NO_PATH = "must be an absolute path other than `/`, without `:`, `.` and `..`";
const NO_CONTROLS = "must not have control characters";
const quoted = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** A store's folder on its hosts, refused by its form. @param written as YAML's double quotes have it */
function malformed(title: string, written: string, message = NO_PATH): HostileInput {
  return {
    title,
    replaced: { "hostPath: /store": `hostPath: "${written}"` },
    says: new RegExp(`^Pulumi\\.cygnus\\.yaml is not valid:\\n  - aggregators\\[1\\]\\.stores\\[0\\]\\.hostPath: ${quoted(message)}: \``),
  };
}

/** A store's folder on its hosts, refused by a rule. @param resolved as it is planned */
function forbidden(written: string, resolved: string, rule = "no-sensitive-host-folders"): HostileInput {
  return {
    ...PREVIEWED,
    title: `a store in ${written}`,
    replaced: { "hostPath: /store": `hostPath: "${written}"` },
    says: new RegExp(
      `the plan breaks mandatory rules:\\n(.*\\n)*.*aggregator \`agg2\` .*: \`${quoted(resolved)}:/store:rw\` \\(${rule}\\)\\n +help: `,
    ),
  };
}

testRefusals("paths", [
  {
    title: "an archive whose name is an option",
    replaced: { "source: registry": 'source: archive, archive: "-x.tar"' },
    says: /^Pulumi\.cygnus\.yaml is not valid:\n {2}- images\.archive: .*must be a path that does not begin with `-`/,
  },
  malformed("a step upwards", "/store/../etc"),
  malformed("a step upwards behind what a pattern takes for a line's end", String.raw`/x\r/../etc`, NO_CONTROLS),
  malformed("a step upwards behind Unicode's line separator", String.raw`/x\u2028/../etc`, NO_CONTROLS),
  malformed("a step upwards at the end", "/store/.."),
  malformed("a step that leads nowhere", "/./etc"),
  malformed("slashes alone", "///"),
  malformed("a path of two lines", String.raw`/store\n/etc`, NO_CONTROLS),
  malformed("a path with options of the mount", "/etc:/store:rw,z"),
  malformed("a path of the home folder", "~/store"),
  malformed("a relative path", "../../etc"),
  {
    title: "a munge key above the root",
    replaced: { "mode: host": "mode: key, hostPath: /../etc/shadow" },
    says: /- munge\.hostPath: must be an absolute path other than/,
  },
  {
    title: "a served container upwards",
    replaced: { "dsosd: true": "dsosd: { containers: { x: /store/../../etc } }" },
    says: /- aggregators\[1\]\.dsosd/,
  },
  {
    title: "a head's key upwards",
    replaced: { "ldms:ssh:": "ldms:fanOut: { head: cygnus-08, key: /root/.ssh/../../etc/shadow }\n  ldms:ssh:" },
    says: /- fanOut\.key: must be an absolute path other than/,
  },
  forbidden("//etc", "/etc"),
  forbidden("/etc///ssh//", "/etc/ssh"),
  forbidden("//proc/1/root", "/proc/1/root"),
  forbidden("/proc/self/root/store", "/proc/self/root/store"),
  forbidden("/bin", "/bin"),
  forbidden("/sbin/", "/sbin"),
  forbidden("/home", "/home"),
  forbidden("/home/alice/.ssh", "/home/alice/.ssh"),
  forbidden("/var", "/var"),
  forbidden("/var//lib", "/var/lib"),
  forbidden("/var/lib/docker", "/var/lib/docker"),
  forbidden("/var/lib/ldms", "/var/lib/ldms"),
  forbidden("/var/lib/ldms/cygnus/agg2", "/var/lib/ldms/cygnus/agg2"),
  forbidden("/var/spool/cron", "/var/spool/cron"),
  forbidden("//run/docker.sock", "/run/docker.sock", "no-engine-socket"),
  forbidden("/var/run/docker.sock/", "/var/run/docker.sock", "no-engine-socket"),
  forbidden("/run//", "/run", "no-engine-socket"),
  forbidden("/run/containerd", "/run/containerd", "no-engine-socket"),
  forbidden("//dev//shm//rows", "/dev/shm/rows", "stores-not-in-memory"),
  {
    ...PREVIEWED,
    title: "a file of passwords for a munge key",
    replaced: { "mode: host": "mode: key, hostPath: //etc/shadow" },
    says: /sampler `samp` has folders of the host's system: `\/etc\/shadow:\/etc\/munge\/munge\.key:ro` \(no-sensitive-host-folders\)\n/,
  },
]);
