/** A letter outside ASCII somewhere: `toLowerCase` would fold it too, and Envoy does not. */
const BEYOND_ASCII = /[\u0080-\uffff]/;
const UPPER = /[A-Z]+/g;

/**
 * Folds A–Z to a–z and nothing else, so that equality "without regard to case" means the same here and in Envoy: the
 * Kelvin sign is no `k`, and `É` no `é`.
 *
 * Text that is already folded comes back as it is, without a copy.
 */
export function foldAscii(text: string): string {
  return BEYOND_ASCII.test(text)
    ? text.replace(UPPER, (letters) => letters.toLowerCase())
    : text.toLowerCase();
}
