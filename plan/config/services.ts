import { z } from "zod";
import { about } from "./about";
import { Env } from "./given";
import { Host, LocalPath, Options, Port } from "./scalars";

export const Maestro = z.strictObject({
  host: Host.meta(about("The host that it runs on.", "cygnus-07")),
  grammar: z
    .enum(["A", "C"])
    .default("C")
    .meta(about("Form of its ldms_cfg.yaml: `A`, the README's, for images of 4.3; `C`, of 4.4.5 and later.", "C")),
  configFile: LocalPath.optional().meta(
    about("An own ldms_cfg.yaml beside the stack file, in place of the generated one.", "ldms_cfg.yaml"),
  ),
});

const webSettings = {
  host: Host.meta(about("The host that it runs on.", "cygnus-07")),
  address: z
    .string()
    .regex(/^[A-Za-z0-9_][A-Za-z0-9_.:-]*$/, "must be an address or a host name")
    .optional()
    .meta(about("Where it listens; absent: on every interface.", "127.0.0.1")),
  port: Port.optional().meta(about("Where it listens; absent: that of `ports`.", 8080)),
  options: Options.meta(about("Further arguments of its program, unchanged.", ["--verbose"])),
};

export const Ui = z.strictObject({
  ...webSettings,
  settingsFile: LocalPath.optional().meta(about("An own settings.py beside the stack file, in place of the generated one.", "settings.py")),
  dsosdConfFile: LocalPath.optional().meta(about("An own dsosd.conf beside the stack file, in place of the generated one.", "dsosd.conf")),
});

export const Grafana = z.strictObject({
  ...webSettings,
  env: Env.optional().meta(
    about("Grafana's own variables, `GF_SECTION_KEY`. Those that other keys set are refused.", { GF_USERS_DEFAULT_THEME: "light" }),
  ),
  configFile: LocalPath.optional().meta(about("An own grafana.ini beside the stack file, in place of the generated one.", "grafana.ini")),
  dataSourcesFile: LocalPath.optional().meta(
    about("Grafana's data sources in a file beside the stack file, in place of the generated ones.", "datasources.yaml"),
  ),
  dashboards: LocalPath.optional().meta(
    about("Folder of dashboards as JSON, beside the stack file; absent: one is made from the stores.", "dashboards"),
  ),
});
