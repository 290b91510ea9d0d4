import { type PlainForm, plainForm } from "@dualmesh/matching";
import type { RouteMatchConfig } from "../route/route-config.ts";
import type { CompiledVirtualHost } from "../table/compiled-virtual-host.ts";
import { finding, type RouteFinding } from "./finding.ts";

/** Looks for expressions that say what a plain matcher says, and for people, better. */
export function lintPatterns(host: CompiledVirtualHost<unknown, unknown>): readonly RouteFinding[] {
  return host.routes.flatMap(({ config }, i) => {
    const place = { virtualHost: host.name, position: i + 1, route: config };
    return plainPatterns(config.match).map((message) => finding("plain-regex", place, message));
  });
}

function plainPatterns({ path, headers = [], queryParameters = [] }: RouteMatchConfig): readonly string[] {
  const found: string[] = [];
  const look = (
    what: string,
    pattern: string,
    kinds: readonly PlainForm["kind"][],
    presence: string,
  ): void => {
    const form = plainForm(pattern);
    if (form === undefined || !kinds.includes(form.kind)) return;
    const plain = "value" in form ? `${form.kind} "${form.value}"` : presence;
    found.push(`${what} "${pattern}" says no more than ${plain}: write that`);
  };
  if (path.kind === "regex") {
    look("the regex", path.pattern, ["exact", "prefix", "separated-prefix", "anything"], 'prefix ""');
  }
  for (const { name, ...one } of [...headers, ...queryParameters]) {
    if (one.kind !== "value" || one.value.kind !== "regex") continue;
    const kinds = ["exact", "prefix", "suffix", "contains", "anything"] as const;
    look(`for ${name}, the regex`, one.value.pattern, kinds, "that it is present");
  }
  return found;
}
