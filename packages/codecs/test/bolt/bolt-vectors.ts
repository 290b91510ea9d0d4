import { type VectorCase, vectorsOf } from "../frame/packed-vectors.ts";

/** Every field of a frame, as another reader saw it. */
export interface BoltFields {
  readonly proto: number;
  readonly ver1?: number;
  readonly switch?: number;
  readonly type: number;
  readonly cmdCode: number;
  readonly ver2: number;
  readonly requestId: number;
  readonly codec: number;
  readonly timeout?: number;
  readonly status?: number;
  readonly class: string;
  readonly header: readonly (readonly [string, string])[];
  readonly contentLength: number;
  readonly contentHex?: string;
  readonly crc?: string | number;
}

export const boltVectors: VectorCase<{ readonly group: string; readonly frame: BoltFields }>[] = vectorsOf(
  "frames",
  "bolt-frames",
);
