import { z } from "zod";
import { about } from "./about";
import { Hostlist, Jump, Port, SshFile, User } from "./scalars";

const SshSettings = z.strictObject({
  user: User.optional().meta(about("The login; absent: `root`.", "root")),
  become: z
    .literal("sudo", "must be `sudo`")
    .optional()
    .meta(about("For a user that is not root: everything on a host is done by `sudo`, which asks for no password.", "sudo")),
  port: Port.optional().meta(about("Port of sshd; absent: 22.", 2222)),
  key: SshFile.optional().meta(
    about(
      "Private key file, relative to the project's folder or absolute; absent: the secret `sshKey`, or the agent's keys.",
      "id_ed25519",
    ),
  ),
  knownHosts: SshFile.optional().meta(
    about("known_hosts file, relative or absolute; hosts are checked strictly against it.", "known_hosts"),
  ),
  address: Hostlist.optional().meta(
    about("Hostlist of as many names or addresses as there are hosts: where each is dialled.", "198.18.0.[11-18]"),
  ),
  jump: Jump.optional().meta(
    about(
      "A login node on the way, or a list of them, the first one first; by the method `docker`, and before a head, one.",
      "admin@login1.site:22",
    ),
  ),
  local: z.boolean().optional().meta(about("The host is the machine that the program runs on: local engine and files, no ssh.", true)),
  kexAlgorithms: z
    .string()
    .regex(/^[A-Za-z0-9@.,-]+$/, "must be OpenSSH's names of key exchanges, divided by commas")
    .optional()
    .meta(about("OpenSSH's `KexAlgorithms`; the key exchange is most of what a short command costs.", "curve25519-sha256")),
  connectTimeout: z
    .number()
    .int()
    .min(1, "must be 1 to 120 seconds")
    .max(120, "must be 1 to 120 seconds")
    .optional()
    .meta(about("Seconds that a connection may take; absent: 10.", 5)),
});

const SshOverride = SshSettings.extend({ hosts: Hostlist.meta(about("The hosts that it is for.", "cygnus-08")) });

/** How hosts are reached. */
export const Ssh = SshSettings.extend({
  overrides: z
    .array(SshOverride)
    .default([])
    .meta(about("The same keys for some hosts, in place of the values above.", [{ hosts: "cygnus-08", local: true }])),
});
