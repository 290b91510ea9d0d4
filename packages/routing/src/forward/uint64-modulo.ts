/** What Envoy's number parser accepts: a plus sign, leading zeros and white space around, no minus. */
const UNSIGNED = /^[ \t\n\v\f\r]*\+?(\d+)[ \t\n\v\f\r]*$/;
/** Sought by themselves, so that zeros are not shared out in every possible way: the time is linear. */
const LEADING_ZEROS = /^0+(?=\d)/;
const MAX_UINT64 = "18446744073709551615";

/**
 * A whole number of 64 bits modulo one of 32 bits; `undefined` if the text is no such number.
 *
 * Digit by digit, so that it needs neither a BigInt nor more than the 53 bits of a number.
 */
export function uint64Modulo(text: string, modulus: number): number | undefined {
  const digits = UNSIGNED.exec(text)?.[1]?.replace(LEADING_ZEROS, "");
  if (digits === undefined || digits.length > MAX_UINT64.length) return undefined;
  if (digits.length === MAX_UINT64.length && digits > MAX_UINT64) return undefined;
  let remainder = 0;
  for (let i = 0; i < digits.length; i++) {
    remainder = (remainder * 10 + (digits.charCodeAt(i) - 0x30)) % modulus;
  }
  return remainder;
}
