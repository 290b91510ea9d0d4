/** Where two notations differ: a path, and what stands there in each; `undefined` for nothing. */
export interface NotationDifference {
  /** `frame.header[2][1]`, `values[0].fields[1][1].v`. */
  readonly path: string;
  readonly left: unknown;
  readonly right: unknown;
}

/** All differences of two notations, in their order. Ids of references count as what they are. */
export function diffNotations(left: unknown, right: unknown): NotationDifference[] {
  const found: NotationDifference[] = [];
  compare(left, right, "", found);
  return found;
}

function compare(left: unknown, right: unknown, path: string, found: NotationDifference[]): void {
  if (isNode(left) && isNode(right) && Array.isArray(left) === Array.isArray(right)) {
    for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
      const step = Array.isArray(left) ? `[${key}]` : path === "" ? key : `.${key}`;
      compare(left[key], right[key], `${path}${step}`, found);
    }
  } else if (left !== right) found.push({ path, left, right });
}

function isNode(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
