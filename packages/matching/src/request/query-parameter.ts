/**
 * The value of a query parameter: the first of several, undecoded (neither `%31` nor `+`), empty for a bare name, and
 * `undefined` if there is none. Only `&` separates, and `=` divides at its first place.
 */
export function findQueryParameter(path: string, name: string): string | undefined {
  let at = path.indexOf("?") + 1;
  if (at === 0) return undefined;
  const hash = path.indexOf("#", at);
  const end = hash < 0 ? path.length : hash;
  while (at < end) {
    const next = path.indexOf("&", at);
    const stop = next < 0 || next > end ? end : next;
    if (path.startsWith(name, at)) {
      const after = at + name.length;
      if (after === stop) return "";
      if (after < stop && path.charCodeAt(after) === 0x3d /* = */) return path.slice(after + 1, stop);
    }
    at = stop + 1;
  }
  return undefined;
}
