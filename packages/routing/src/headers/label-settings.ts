import { compileFormat, type Format, type FormatContext, type Headers, MeshError } from "@dualmesh/core";
import { checkText, isLabelName, withLabel } from "@dualmesh/matching";

/**
 * Labels that are set on a request, to travel with its call: members of its field `baggage`, by their names. Values may be
 * format strings; one that gives nothing leaves the label as it is.
 *
 * @see W3C, "Propagation format for distributed context: Baggage"
 */
export type LabelSettings = Readonly<Record<string, string>>;

/** Labels to set, compiled once. */
export interface LabelPlan {
  apply(headers: Headers, context: FormatContext): void;
}

/**
 * Compiles the labels of all levels, the most specific first: that one has its way. `undefined` where there are none.
 *
 * @throws {MeshError} `INVALID_ARGUMENT` on a name that no member of baggage can have, or a bad format.
 */
export function compileLabels(
  levels: readonly (LabelSettings | undefined)[],
  commands: ReadonlySet<string>,
): LabelPlan | undefined {
  const formats = new Map<string, Format>();
  for (const [name, value] of levels.flatMap((level) => Object.entries(level ?? {}))) {
    if (!isLabelName(name)) {
      throw new MeshError("INVALID_ARGUMENT", `labels: "${name}" is no name of a label`);
    }
    checkText("labels", `the value of "${name}"`, value);
    if (!formats.has(name)) formats.set(name, compileFormat(value, commands));
  }
  if (formats.size === 0) return undefined;
  return {
    apply(headers, context) {
      for (const [name, format] of formats) {
        const value = format.evaluate(context);
        if (value !== "") headers.set("baggage", withLabel(headers.getAll("baggage"), name, value));
      }
    },
  };
}
