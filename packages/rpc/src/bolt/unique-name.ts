import type { ServiceName } from "../call-binding.ts";

/** SOFARPC's default. */
const VERSION = "1.0";

/** What SOFARPC calls a service: `interface:version[:uniqueId]`. */
export function uniqueName({ name, version = VERSION, group }: ServiceName): string {
  return group === undefined ? `${name}:${version}` : `${name}:${version}:${group}`;
}
