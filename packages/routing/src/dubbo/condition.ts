import { MeshError } from "@dualmesh/core";

/** `key=value,value` or `key!=value`: one of the values, or none of them. */
export interface ConditionPair {
  readonly key: string;
  readonly negated: boolean;
  readonly values: readonly string[];
}

/** One condition: for which calls, and which providers then. */
export interface Condition {
  readonly text: string;
  readonly calls: readonly ConditionPair[];
  /** Empty: no provider. */
  readonly providers: readonly ConditionPair[];
}

const PAIR = /^([\w.$[\]-]+)\s*(!?=)([^=&!]+)$/;

/**
 * Reads a condition such as `method=find*,get* & host!=10.0.0.1 => region=hangzhou`. Nothing on the left: all calls; nothing
 * on the right: no provider.
 *
 * @throws {MeshError} `INVALID_ARGUMENT` on anything else.
 */
export function parseCondition(text: string): Condition {
  const sides = text.split("=>");
  if (sides.length !== 2) {
    throw new MeshError(
      "INVALID_ARGUMENT",
      `condition "${text}": expected one "=>" between calls and providers`,
    );
  }
  const [calls = [], providers = []] = sides.map((side) => parseSide(side, text));
  return { text, calls, providers };
}

function parseSide(side: string, text: string): readonly ConditionPair[] {
  const trimmed = side.trim();
  // Dubbo writes "nobody" as `false`, and "everybody" as `true`, too.
  if (trimmed === "" || trimmed === "true" || trimmed === "false") return [];
  return trimmed.split("&").map((part) => {
    const pair = PAIR.exec(part.trim());
    if (pair === null || pair[3]?.trim() === "") {
      throw new MeshError("INVALID_ARGUMENT", `condition "${text}": "${part.trim()}" is no key with values`);
    }
    const [, key = "", operator, values = ""] = pair;
    return { key, negated: operator === "!=", values: values.split(",").map((value) => value.trim()) };
  });
}
