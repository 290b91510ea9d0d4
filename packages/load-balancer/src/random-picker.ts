import type { Random } from "@dualmesh/core";
import type { Picker } from "./picker.ts";

export function randomPicker(indices: Int32Array, random: Random): Picker {
  return { pick: () => indices[Math.floor(random() * indices.length)] as number };
}
