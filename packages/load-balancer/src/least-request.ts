import type { Random } from "@dualmesh/core";
import { EdfScheduler } from "./edf.ts";
import { type Loads, type Picker, sameWeights } from "./picker.ts";
import type { LeastRequestPolicy } from "./policy.ts";

/** Drawing ignores weights, so unequal ones go through the scheduler, as in Envoy. */
export function leastRequestPicker(
  policy: LeastRequestPolicy,
  indices: Int32Array,
  loads: Loads,
  random: Random,
): Picker {
  return sameWeights(indices, loads)
    ? leastBusyOf(policy.choiceCount ?? 2, indices, loads, random)
    : byWeightAndLoad(policy.activeRequestBias ?? 1, indices, loads, random);
}

/**
 * The power of few choices: drawn with replacement, the first of the least busy wins. With two endpoints the busier one
 * still gets a quarter of the picks: a property of Envoy's policy, kept.
 */
function leastBusyOf(choices: number, indices: Int32Array, loads: Loads, random: Random): Picker {
  return {
    pick() {
      const { active } = loads;
      let best = indices[Math.floor(random() * indices.length)] as number;
      for (let i = 1; i < choices; i++) {
        const index = indices[Math.floor(random() * indices.length)] as number;
        if ((active[index] as number) < (active[best] as number)) best = index;
      }
      return best;
    },
  };
}

/** The weight is read when an endpoint goes back into the rotation, so a busy one waits longer for its next turn. */
function byWeightAndLoad(bias: number, indices: Int32Array, loads: Loads, random: Random): Picker {
  const weightNow = (item: number): number => {
    const index = indices[item] as number;
    const weight = loads.weights[index] as number;
    const busy = (loads.active[index] as number) + 1;
    if (bias === 1) return weight / busy;
    return weight / busy ** bias;
  };
  const edf = new EdfScheduler(indices.length, weightNow, random());
  return { pick: () => indices[edf.next()] as number };
}
