import { z } from "zod";
import { about } from "./about";
import { Host, Hostlist, Period, SshFileOnHost } from "./scalars";

const AMOUNT_FORM = "must be a number of hosts, or a share of them like `5%`";
/** @param least 0 or 1 host */
const amount = (least: number) =>
  z.union([z.number().int().min(least, `must be ${least} or more`), z.string().regex(/^(100|[0-9]{1,2})%$/, AMOUNT_FORM)], AMOUNT_FORM);

const AtOnce = z.number().int().min(1, "must be 1 to 1024 hosts at once").max(1024, "must be 1 to 1024 hosts at once");

const KEEP_FORM = "must be 0 to 10000 connections";

const Head = z.strictObject({
  host: Host.meta(about("One of `hosts`, from which ssh reaches the others.", "r2n001")),
  hosts: Hostlist.meta(about("The hosts that it works on.", "r2n[001-256]")),
});

const Pulls = z.strictObject({
  limit: AtOnce.optional().meta(about("Hosts of a batch that pull images at once; absent: as many as are worked on at once.", 16)),
  jitter: Period.optional().meta(
    about("The longest that a host waits before it pulls. Its name decides, so it waits the same time in every run.", "30s"),
  ),
});

/** How the method `fan-out` works on many hosts. */
export const FanOut = z.strictObject({
  head: Host.optional().meta(about("One of `hosts`, from which ssh reaches the others; absent: this machine.", "cygnus-08")),
  heads: z
    .array(Head)
    .default([])
    .meta(
      about("Further hosts that each work on a part of the stack, side by side: one in each rack, for example.", [
        { host: "r2n001", hosts: "r2n[001-256]" },
      ]),
    ),
  key: SshFileOnHost.optional().meta(
    about("Private key on the head, for its way to the hosts; absent: what its ssh finds by itself.", "/root/.ssh/id_ed25519"),
  ),
  knownHosts: SshFileOnHost.optional().meta(
    about("known_hosts file on the head; absent: what its ssh finds by itself.", "/root/.ssh/known_hosts"),
  ),
  window: AtOnce.default(64).meta(about("Hosts that are worked on at once.", 64)),
  serial: z
    .array(amount(1))
    .min(1, "must have at least one batch")
    .default([1, "5%", "25%", "100%"])
    .meta(about("Sizes of the batches of a group of like hosts, in their order; the last one is repeated.", [1, "10%", "100%"])),
  maxFail: amount(0).default("5%").meta(about("Samplers of a batch that may fail. Where more fail, the next batches are not begun.", "5%")),
  hostTimeout: Period.default("10m").meta(about("How long one host may take.", "10m")),
  canary: Period.default("5s").meta(about("How long the first batch of a group must be healthy.", "5s")),
  pulls: Pulls.prefault({}).meta(about("How the hosts pull images.", { limit: 16, jitter: "30s" })),
  keep: z
    .number()
    .int()
    .min(0, KEEP_FORM)
    .max(10_000, KEEP_FORM)
    .default(400)
    .meta(about("Most ssh connections that a head keeps for ten minutes, for the next verb; 0: none.", 400)),
});
