/** A double as Java prints it: with a point always, and with an exponent below 0.001 and from ten million on. */
export function javaText(value: number): string {
  if (!Number.isFinite(value) || value === 0) {
    return Object.is(value, -0) ? "-0.0" : value === 0 ? "0.0" : String(value);
  }
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e7) return Number.isInteger(value) ? `${value}.0` : String(value);
  const shortest = value.toExponential();
  // Java gives two digits at least, and of all that mean the value the nearest: 4.9E-324.
  const ofTwo = value.toExponential(1);
  const [digits, exponent] = (shortest.includes(".") || Number(ofTwo) !== value ? shortest : ofTwo).split(
    "e",
  );
  return `${digits?.includes(".") ? digits : `${digits}.0`}E${Number(exponent)}`;
}
