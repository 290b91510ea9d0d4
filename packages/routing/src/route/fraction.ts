import { MeshError, type Random } from "@dualmesh/core";
import { checkKeys, knownKeys } from "@dualmesh/matching";

/** A share by chance: `numerator` of `denominator` requests. */
export interface Fraction {
  /** From 0. More than the denominator is as much as it. */
  readonly numerator: number;
  /** Above 0: Envoy has 100, 10,000 and 1,000,000. */
  readonly denominator: number;
}

/**
 * A share that may be changed while the process runs.
 *
 * @see Envoy, `envoy.config.core.v3.RuntimeFractionalPercent`
 */
export interface RuntimeFraction extends Fraction {
  /** The runtime key whose value, where there is one, takes the place of the share. Default: none. */
  readonly runtimeKey?: string;
}

/** Values that may change while the process runs: Envoy's runtime. */
export interface RuntimeValues {
  getNumber(key: string): number | undefined;
  /** A share; a plain number counts as percent. */
  getFraction(key: string): Fraction | undefined;
}

/** The share as it is at this moment. */
export function currentFraction(fraction: RuntimeFraction, runtime: RuntimeValues | undefined): Fraction {
  const { runtimeKey = "" } = fraction;
  return (runtimeKey === "" ? undefined : runtime?.getFraction(runtimeKey)) ?? fraction;
}

/** Draws. What is certain costs no draw, so that a test's chance is spent on what it is about. */
export function drawFraction(
  fraction: RuntimeFraction,
  random: Random,
  runtime: RuntimeValues | undefined,
): boolean {
  const { numerator, denominator } = currentFraction(fraction, runtime);
  if (numerator <= 0) return false;
  return numerator >= denominator || random() * denominator < numerator;
}

/**
 * Refuses a share that is none.
 *
 * @throws {MeshError} `INVALID_ARGUMENT`.
 */
export function checkFraction(subject: string, fraction: RuntimeFraction): void {
  checkKeys(subject, fraction, KEYS);
  const { numerator, denominator } = fraction;
  if (!(numerator >= 0) || !(denominator > 0)) {
    throw new MeshError(
      "INVALID_ARGUMENT",
      `${subject}: the numerator must be 0 or more and the denominator more than 0, got ${numerator} of ${denominator}`,
    );
  }
}

const KEYS = knownKeys<RuntimeFraction>("numerator", "denominator", "runtimeKey");

/** `5 of 100`, with the key that may change it. Stable. */
export function fractionText({ numerator, denominator, runtimeKey = "" }: RuntimeFraction): string {
  const share = `${numerator} of ${denominator}`;
  return runtimeKey === "" ? share : `${share} unless runtime ${runtimeKey} says otherwise`;
}
