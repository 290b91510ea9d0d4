import { type VectorCase, vectorsOf } from "../frame/packed-vectors.ts";

/** A value of the portable notation, as far as a frame shows it. */
export interface Notation {
  readonly t: string;
  readonly v?: unknown;
}

/** Every field of a frame, as another reader saw it. */
export interface DubboFields {
  readonly request: boolean;
  readonly twoWay: boolean;
  readonly event: boolean;
  readonly serialization: number;
  readonly status: number;
  /** Unsigned, 64 bits. */
  readonly id: string;
  readonly bodyLength: number;
  readonly body?: readonly Notation[];
  readonly bodyHex?: string;
}

export const dubboVectors: VectorCase<{ readonly frame: DubboFields }>[] = [
  ...vectorsOf<{ readonly frame: DubboFields }>("frames", "dubbo-frames-3.3"),
  ...vectorsOf<{ readonly frame: DubboFields }>("frames", "dubbo-frames-2.7"),
];

/** The attachments that are strings: the last value of a body, if it has any. */
export function attachmentsOf({ request, event, status, body = [] }: DubboFields): [string, string][] {
  const map = body.at(-1);
  const hasMap = request || (status === 20 && Number(body[0]?.v) >= 3);
  if (event || !hasMap || map?.t !== "map") return [];
  return (map.v as [Notation, Notation][])
    .filter((pair) => pair.every(({ t }) => t === "string"))
    .map(([name, value]) => [name.v as string, value.v as string]);
}
