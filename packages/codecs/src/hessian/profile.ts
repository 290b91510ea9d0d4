import type { HessianDialect } from "./tags.ts";

/**
 * Whose bytes a writer makes. All that speak a dialect read all of its profiles; they differ in what each Java library would
 * have written itself, which matters to those who compare bytes, and to the few readers that know no other shape.
 *
 * - `sofa-3`: com.alipay.sofa:hessian 3.x, of SOFARPC on Bolt.
 * - `dubbo-3`: org.apache.dubbo:hessian-lite 4.x, of Dubbo 3.
 * - `dubbo-2`: com.alibaba:hessian-lite 3.2.x, of Dubbo 2.7.
 * - `sofa-4`: com.alipay.sofa:hessian 4.x.
 * - `caucho-4`: com.caucho:hessian 4.x.
 */
export type HessianProfileName = "sofa-3" | "dubbo-3" | "dubbo-2" | "sofa-4" | "caucho-4";

/** What a Java library does where the format leaves a choice. */
export interface HessianProfile {
  readonly name: HessianProfileName;
  readonly dialect: HessianDialect;
  /** A binary goes out in chunks of so many bytes. */
  readonly binaryChunkBytes: number;
  /** Whether the fields of a class go out last first. */
  readonly isReversed: boolean;
  /** Whether an ArrayList says that it is one. */
  readonly typesArrayLists: boolean;
  /** The package of its stand-ins for java.time, Locale and the like, with a dot behind. */
  readonly handlePackage: string;
  /** Whether a UUID is text, and not two longs. */
  readonly writesUuidText: boolean;
  /** Whether a ZoneOffset goes out as the ZoneId that it is. */
  readonly writesOffsetsAsZones: boolean;
  /** Whether a Byte, Short or Float of its own, in no array, says which of them it is. */
  readonly boxesSmallNumbers: boolean;
}

const CAUCHO = "com.caucho.hessian.io.";
const ALIBABA = "com.alibaba.com.caucho.hessian.io.";

export const PROFILES: Readonly<Record<HessianProfileName, HessianProfile>> = {
  "sofa-3": profile("sofa-3", "3", 32_768, { handlePackage: CAUCHO }),
  "dubbo-3": profile("dubbo-3", "4", 8_189, { isReversed: true, writesUuidText: true }),
  "dubbo-2": profile("dubbo-2", "4", 4_093, {
    isReversed: true,
    writesUuidText: true,
    typesArrayLists: true,
  }),
  "sofa-4": profile("sofa-4", "4", 8_189, {
    handlePackage: CAUCHO,
    boxesSmallNumbers: true,
    writesOffsetsAsZones: true,
  }),
  "caucho-4": profile("caucho-4", "4", 8_189, { handlePackage: CAUCHO, boxesSmallNumbers: true }),
};

function profile(
  name: HessianProfileName,
  dialect: HessianDialect,
  binaryChunkBytes: number,
  differs: Partial<HessianProfile>,
): HessianProfile {
  return Object.freeze({
    name,
    dialect,
    binaryChunkBytes,
    isReversed: false,
    typesArrayLists: false,
    handlePackage: ALIBABA,
    writesUuidText: false,
    writesOffsetsAsZones: false,
    boxesSmallNumbers: false,
    ...differs,
  });
}
