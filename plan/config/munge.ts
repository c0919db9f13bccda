import { z } from "zod";
import { MUNGE_FOLDER } from "../model/places";
import { about } from "./about";
import { AbsolutePath, MungeMode } from "./scalars";

/** Where munge comes from. */
export const Munge = z.strictObject({
  mode: MungeMode.meta(
    about("`host`: the hosts' munged by its socket; `key`: a munged in each container with a key of the stack; `none`.", "host"),
  ),
  socketDir: AbsolutePath.default(MUNGE_FOLDER).meta(
    about("Mode `host`: folder in which the hosts' munged has its socket; in the containers it is `/run/munge`.", "/run/munge"),
  ),
  hostPath: AbsolutePath.optional().meta(
    about(
      "Mode `key`: a key that is on every host already, in `/etc` or another system folder a file `*.key`; checked, never written. " +
        "With our images as the hosts have it, 0400 and of their own munge; upstream's want 0600 101:101. Absent: the secret `mungeKey`.",
      "/etc/munge/munge.key",
    ),
  ),
});
