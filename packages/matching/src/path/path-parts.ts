/** Where the path ends and its query or fragment begins; the length of the text if it has neither. */
export function pathEnd(path: string): number {
  const query = path.indexOf("?");
  // No HTTP message may have a fragment, but a head that came another way must not hide its path behind one.
  const fragment = path.indexOf("#");
  if (query < 0) return fragment < 0 ? path.length : fragment;
  return fragment < 0 || query < fragment ? query : fragment;
}

/** The path without query and fragment. */
export function pathWithoutQuery(path: string): string {
  const end = pathEnd(path);
  return end === path.length ? path : path.slice(0, end);
}
