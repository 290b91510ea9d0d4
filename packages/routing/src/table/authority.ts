/** Where the port of an authority begins, its colon included; its length if there is none. A bare `[::1]` has none. */
export function portStart(authority: string): number {
  const colon = authority.lastIndexOf(":");
  return colon < 0 || authority.indexOf("]", colon) >= 0 ? authority.length : colon;
}
