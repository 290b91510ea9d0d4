/**
 * What absent repeated, map and bytes fields hold: one shared value each, so that an empty field costs a
 * pointer.
 *
 * They are typed readonly like every field; the map also refuses to change at run time, since a value put
 * into it would appear in every message of the process.
 */
export const emptyList: readonly never[] = Object.freeze([]);

/** @see emptyList */
export const emptyMap: ReadonlyMap<never, never> = readOnly(new Map<never, never>());

/** @see emptyList */
export const emptyBytes: Uint8Array = new Uint8Array(0);

function readOnly<M extends Map<never, never>>(map: M): M {
  return Object.defineProperty(map, "set", {
    value: (): never => {
      throw new TypeError("the map of an absent field is shared: make a Map of your own");
    },
  });
}
