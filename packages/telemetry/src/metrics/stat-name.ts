/** `http://x:1` to `http_x_1`; control characters too, or a name could write lines of its own into `/stats`. */
const UNCLEAN = /:\/\/|:\/|:|[\p{Cc}\u2028\u2029]/gu;

/** A name as Envoy writes it: no colons, since several sinks take them for separators. */
export function statName(name: string): string {
  return name.replace(UNCLEAN, "_");
}
