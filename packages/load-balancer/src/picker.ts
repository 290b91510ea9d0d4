import type { EndpointSlots } from "./endpoint-slots.ts";

/**
 * Chooses among a fixed list of endpoints. The list never changes: what changes is swapped for a new picker. Only the
 * place in the rotation moves.
 */
export interface Picker {
  /** The index of an endpoint. Makes no object. */
  pick(): number;
}

/** What the weights and loads of endpoints are read from, by index; they are current, whenever the picker was made. */
export type Loads = Readonly<globalThis.Pick<EndpointSlots, "active" | "weights">>;

/** Whether all weights are equal, so that the cheaper form of a policy will do. */
export function sameWeights(indices: Int32Array, loads: Loads): boolean {
  const { weights } = loads;
  const first = weights[indices[0] as number];
  return indices.every((index) => weights[index] === first);
}
