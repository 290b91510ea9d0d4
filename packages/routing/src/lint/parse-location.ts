/** The parts of the value of `Location` that a request is made of. */
export function parseLocation(
  location: string,
): { readonly scheme: string; readonly authority: string; readonly path: string } | undefined {
  const parts = /^([^:]+):\/\/([^/?#]*)([^#]*)/.exec(location);
  if (parts === null) return undefined;
  const [, scheme = "", authority = "", path = ""] = parts;
  return { scheme, authority, path: path === "" ? "/" : path };
}
