import type { MessageTypes } from "@dualmesh/envoy-api";
import type { LabelMatcher } from "@dualmesh/matching";
import type { LabelSettings } from "@dualmesh/routing";
import { stringMatcher } from "./matching.ts";
import type { CompileReport } from "./report.ts";

/**
 * Where Envoy's messages speak of labels that travel with calls, for which they have no words of their own: as a namespace of
 * metadata. Envoy itself reads past it.
 */
const LABELS = "dualmesh.labels";

/** What metadata says to balancers is read elsewhere. */
const BALANCER = "envoy.lb";

/** The labels that the metadata of a route, a virtual host or a weighted cluster sets. */
export function labelSettings(
  metadata: MessageTypes["envoy.config.core.v3.Metadata"] | undefined,
  path: string,
  report: CompileReport,
): { readonly setLabels?: LabelSettings } {
  const labels = metadata?.filter_metadata.get(LABELS);
  if (labels === undefined) {
    const known = metadata === undefined || metadata.filter_metadata.has(BALANCER);
    if (!known) report.warn(path, "it is set, and has no effect here");
    return {};
  }
  const here = `${path}.filter_metadata["${LABELS}"]`;
  const setLabels: Record<string, string> = {};
  for (const [name, value] of Object.entries(labels)) {
    if (typeof value === "string") setLabels[name] = value;
    else report.refuse(`${here}.${name}`, `expected text, found ${JSON.stringify(value)}`);
  }
  return { setLabels };
}

/** Whether a matcher of dynamic metadata is one of labels. */
export function isLabel({ filter }: MessageTypes["envoy.type.matcher.v3.MetadataMatcher"]): boolean {
  return filter === LABELS;
}

/** A matcher of such a label, written as one of dynamic metadata; `undefined` for metadata of filters, and where refused. */
export function labelMatcher(
  message: MessageTypes["envoy.type.matcher.v3.MetadataMatcher"],
  path: string,
  report: CompileReport,
): LabelMatcher | undefined {
  if (!isLabel(message)) return undefined;
  const { invert } = message;
  const value = message.value?.string_match;
  const [name, ...deeper] = message.path.map(({ key }) => key ?? "");
  if (name === undefined || deeper.length > 0 || value === undefined) {
    report.refuse(path, "expected a path of one key and value.string_match: labels are texts");
    return undefined;
  }
  return { name, value: stringMatcher(value, `${path}.value.string_match`, report), invert };
}
