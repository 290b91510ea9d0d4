import type { MessageTypes } from "@dualmesh/envoy-api";
import type { Fraction, RuntimeFraction } from "@dualmesh/routing";
import { enumValue } from "./enum-value.ts";
import type { CompileReport } from "./report.ts";

/** Reads a FractionalPercent. Without one it is 0 of 100: what protobuf makes of a message that says nothing. */
export function fractionalPercent(
  message: MessageTypes["envoy.type.v3.FractionalPercent"] | undefined,
  path: string,
  report: CompileReport,
): Fraction {
  if (message === undefined) return { numerator: 0, denominator: 100 };
  const { numerator, denominator } = message;
  return { numerator, denominator: enumValue(denominator, DENOMINATORS, `${path}.denominator`, report) };
}

/** Reads a RuntimeFractionalPercent. */
export function runtimeFraction(
  message: MessageTypes["envoy.config.core.v3.RuntimeFractionalPercent"],
  path: string,
  report: CompileReport,
): RuntimeFraction {
  const { runtime_key: runtimeKey, default_value: value } = message;
  const fraction = fractionalPercent(value, `${path}.default_value`, report);
  return { ...fraction, ...(runtimeKey === "" ? {} : { runtimeKey }) };
}

const DENOMINATORS: Readonly<Record<string, number>> = {
  HUNDRED: 100,
  TEN_THOUSAND: 10_000,
  MILLION: 1_000_000,
};
