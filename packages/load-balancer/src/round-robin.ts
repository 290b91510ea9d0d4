import type { Random } from "@dualmesh/core";
import { EdfScheduler } from "./edf.ts";
import { type Loads, type Picker, sameWeights } from "./picker.ts";

/** Equal weights need a counter only; others a scheduler. */
export function roundRobinPicker(indices: Int32Array, loads: Loads, random: Random): Picker {
  return sameWeights(indices, loads) ? rotation(indices, random) : weightedRotation(indices, loads, random);
}

function rotation(indices: Int32Array, random: Random): Picker {
  let at = Math.floor(random() * indices.length);
  return {
    pick() {
      const index = indices[at] as number;
      at = at + 1 === indices.length ? 0 : at + 1;
      return index;
    },
  };
}

function weightedRotation(indices: Int32Array, loads: Loads, random: Random): Picker {
  const weights = new Float64Array(indices.length);
  indices.forEach((index, item) => {
    weights[item] = loads.weights[index] as number;
  });
  const edf = new EdfScheduler(weights.length, (item) => weights[item] as number, random());
  return { pick: () => indices[edf.next()] as number };
}
