import type { JsonObject, JsonValue } from "@dualmesh/envoy-api";
import type { Fraction, RuntimeValues } from "@dualmesh/routing";
import type { RuntimeLayer } from "./compile/runtime.ts";

/** Values that may change while the process runs: Envoy's runtime. Later layers win. */
export interface Runtime extends RuntimeValues {
  get(key: string): JsonValue | undefined;
  /** A number, or `undefined` where there is none. A fractional percent `{numerator, denominator}` counts as percent. */
  getNumber(key: string): number | undefined;
  /** All keys with their values, sorted. */
  entries(): readonly (readonly [string, JsonValue])[];
}

/** Layers in order; each read sees the layers as they are then. */
export class LayeredRuntime implements Runtime {
  #layers: readonly RuntimeLayer[];

  constructor(layers: readonly RuntimeLayer[] = []) {
    this.#layers = layers;
  }

  /** Replaces the layers. */
  replace(layers: readonly RuntimeLayer[]): void {
    this.#layers = layers;
  }

  get(key: string): JsonValue | undefined {
    for (let i = this.#layers.length - 1; i >= 0; i--) {
      const value = this.#layers[i]?.values.get(key);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  getNumber(key: string): number | undefined {
    const value = this.get(key);
    if (typeof value === "number") return value;
    if (typeof value === "string" && value.trim() !== "") {
      const number = Number(value);
      return Number.isFinite(number) ? number : undefined;
    }
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    const share = fraction(value as JsonObject);
    return share && (share.numerator * 100) / share.denominator;
  }

  getFraction(key: string): Fraction | undefined {
    const value = this.get(key);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return fraction(value as JsonObject);
    }
    const number = this.getNumber(key);
    // Envoy reads a whole number as percent, and takes nothing else for a share.
    const usable = number !== undefined && Number.isInteger(number) && number >= 0;
    return usable ? { numerator: number, denominator: 100 } : undefined;
  }

  entries(): readonly (readonly [string, JsonValue])[] {
    const all = new Map<string, JsonValue>();
    for (const layer of this.#layers) for (const [key, value] of layer.values) all.set(key, value);
    return [...all].sort(([a], [b]) => (a < b ? -1 : 1));
  }
}

const DENOMINATORS: Readonly<Record<string, number>> = {
  HUNDRED: 100,
  TEN_THOUSAND: 10_000,
  MILLION: 1_000_000,
};

function fraction(value: JsonObject): Fraction | undefined {
  const { numerator, denominator = "HUNDRED" } = value;
  const base = typeof denominator === "string" ? DENOMINATORS[denominator] : undefined;
  return typeof numerator === "number" && base !== undefined ? { numerator, denominator: base } : undefined;
}
