import { type Command, Option } from "commander";

type When = "auto" | "always" | "never";

/** `--color`, behind or before any verb. NO_COLOR and FORCE_COLOR are what `pulumi`, which we start, and the libraries look at. */
export function addColorOption(program: Command): void {
  program
    .addOption(
      new Option("--color <when>", "colours; auto: on a terminal, unless NO_COLOR is set")
        .choices(["auto", "always", "never"])
        .default("auto"),
    )
    .hook("preAction", () => setColor(program.opts<{ readonly color: When }>().color));
}

function setColor(when: When): void {
  if (when === "auto") return;
  const [set, unset] = when === "always" ? (["FORCE_COLOR", "NO_COLOR"] as const) : (["NO_COLOR", "FORCE_COLOR"] as const);
  process.env[set] = "1";
  delete process.env[unset];
}
