/** Collects the values of an option that may be given several times. For options of commander. */
export function repeatable(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}
