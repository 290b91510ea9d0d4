import type { Random } from "@dualmesh/core";
import type { EndpointSlots } from "./endpoint-slots.ts";
import { leastRequestPicker } from "./least-request.ts";
import type { Policy } from "./policy.ts";
import { randomPicker } from "./random-picker.ts";
import { roundRobinPicker } from "./round-robin.ts";

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

/** The picker of a policy over `indices`, which is not empty. */
export function createPicker(policy: Policy, indices: Int32Array, loads: Loads, random: Random): Picker {
  switch (policy.kind) {
    case "round-robin":
      return roundRobinPicker(indices, loads, random);
    case "least-request":
      return leastRequestPicker(policy, indices, loads, random);
    case "random":
      return randomPicker(indices, random);
    default:
      return policy satisfies never;
  }
}

/** Whether all weights are equal, so that the cheaper form of a policy will do. */
export function sameWeights(indices: Int32Array, loads: Loads): boolean {
  const { weights } = loads;
  const first = weights[indices[0] as number];
  return indices.every((index) => weights[index] === first);
}
