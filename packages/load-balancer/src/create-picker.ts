import type { Random } from "@dualmesh/core";
import { leastRequestPicker } from "./least-request.ts";
import type { Loads, Picker } from "./picker.ts";
import type { Policy } from "./policy.ts";
import { randomPicker } from "./random-picker.ts";
import { roundRobinPicker } from "./round-robin.ts";

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
