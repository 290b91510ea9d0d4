/** What bytes may be explained as. */
export const WIRE_FORMATS = [
  "hessian-3",
  "hessian-4",
  "bolt",
  "bolt-header-map",
  "dubbo",
  "tr",
  "http1",
] as const;

export type WireFormat = (typeof WIRE_FORMATS)[number];
