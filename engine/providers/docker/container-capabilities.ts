import type { PropertyMap, PropertyValue } from "../../../stack/property-value";
import type { KeyOf } from "../../provider/property-diff";
import { listOf, textOf, textsOf, withoutMarks } from "../../provider/values";
import { alignElements, TEXTS, textsAt } from "./container-lists";
import { type ContainerProperty, type Found, writePlace } from "./container-property";

/** `SYS_ADMIN` and `CAP_SYS_ADMIN` are one capability; which of the two `docker inspect` shows depends on the engine's version. */
const byCapability: KeyOf = (element) => String(element).toUpperCase().replace(/^CAP_/, "");

export function capabilities(): ContainerProperty {
  const lists = { adds: "HostConfig.CapAdd", drops: "HostConfig.CapDrop" } as const;
  const readList = (found: Found, name: keyof typeof lists, wanted: PropertyValue | undefined) => {
    const actual = textsAt(found, lists[name]);
    const aligned = alignElements(listOf(wanted), actual, byCapability);
    return aligned.map((element) => textsOf(wanted).find((text) => byCapability(text) === byCapability(element)) ?? textOf(element)!);
  };

  return {
    field: { shape: { fields: { adds: { shape: TEXTS }, drops: { shape: TEXTS } } } },
    write: (value, body) => {
      for (const [name, place] of Object.entries(lists)) writePlace(body, place, listOf((value as PropertyMap)[name]));
    },
    read: (found, wanted) => {
      const names = (["adds", "drops"] as const).filter(
        (name) => textsAt(found, lists[name]).length > 0 || name in (wanted as PropertyMap),
      );
      return {
        ...(wanted as PropertyMap),
        ...Object.fromEntries(names.map((name) => [name, readList(found, name, (wanted as PropertyMap)[name])])),
      };
    },
    unset: () => null,
    toOutput: (value) => ({ adds: [], drops: [], ...(withoutMarks(value) as PropertyMap) }),
    keys: { ".adds": byCapability, ".drops": byCapability },
  };
}
