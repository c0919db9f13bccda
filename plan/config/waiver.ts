import { z } from "zod";
import { expandHostlist } from "../hostlist/hostlist";
import type { Waiver } from "../model/waiver";
import { about } from "./about";
import { ContainerName, Hostlist } from "./scalars";

const DATE_FORM = "must be a day, as 2027-03-31";

function isDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** An entry of `ldms:waivers`. */
export const WaiverSchema = z.strictObject({
  rule: z.string().min(1, "must be the name of a rule").meta(about("Name of the rule.", "samplers-pulled-once")),
  hosts: Hostlist.optional().meta(about("Where it may be broken; absent: everywhere.", "cygnus-[05-06]")),
  containers: z
    .array(ContainerName)
    .min(1, "must have at least one container")
    .optional()
    .meta(about("The containers that may break it; absent: all.", ["agg1"])),
  reason: z
    .string()
    .regex(/\S.{8,}/, "must say why, in some words")
    .meta(about("Why, in a few words.", "agg3 stands by for agg1")),
  // A bare day is a date for YAML, and a text by the time it is here.
  until: z
    .string()
    .transform((text) => text.replace(/T00:00:00(\.000)?Z$/, ""))
    .refine((text) => /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text) && isDay(text), DATE_FORM)
    .meta(about("The last day, within a year.", "2027-03-31")),
});

export function planWaiver({ rule, hosts, containers, reason, until }: z.output<typeof WaiverSchema>): Waiver {
  return { rule, reason, until, ...(hosts !== undefined && { hosts: expandHostlist(hosts) }), ...(containers && { containers }) };
}
