import { safeInt64 } from "./int64.ts";

const DECIMAL = /^[-+]?[0-9]+$/;
const OCTAL_OR_HEXADECIMAL = /^0(?:o[0-7]+|x[0-9a-fA-F]+)$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const INFINITE = /^[-+]?\.(?:inf|Inf|INF)$/;
const NOT_A_NUMBER = /^\.(?:nan|NaN|NAN)$/;

/**
 * What a YAML scalar without quotes stands for, by the core schema. Integers beyond 2^53 are exact, as bigint.
 *
 * @see YAML 1.2.2, section 10.3.2
 */
export function plainScalar(text: string): string | number | bigint | boolean | null {
  switch (text) {
    case "":
    case "~":
    case "null":
    case "Null":
    case "NULL":
      return null;
    case "true":
    case "True":
    case "TRUE":
      return true;
    case "false":
    case "False":
    case "FALSE":
      return false;
    default:
      // Most scalars are names: the first character says that no expression need be asked.
      return text.charCodeAt(0) <= 0x39 ? numberOrText(text) : text;
  }
}

function numberOrText(text: string): string | number | bigint {
  if (DECIMAL.test(text)) return integer(text);
  if (OCTAL_OR_HEXADECIMAL.test(text)) return safeInt64(BigInt(text));
  if (FLOAT.test(text)) return Number(text);
  if (INFINITE.test(text)) return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return NOT_A_NUMBER.test(text) ? Number.NaN : text;
}

function integer(text: string): number | bigint {
  // So many digits a number holds exactly; the sum makes 0 of -0.
  if (text.length <= 15) return Number(text) + 0;
  const digits = BigInt(text.replace(/^[-+]/, ""));
  return safeInt64(text.startsWith("-") ? -digits : digits);
}
