// For those who read and write values.

export { DecodeError } from "../limits/decode-error.ts";
export { type DecodeLimits, decodeLimits } from "../limits/decode-limits.ts";
export { EncodeError } from "./encode-error.ts";
export { generalize, realize } from "./generic-values.ts";
export { acceptAs, createHessian, type Hessian, type HessianOptions } from "./hessian.ts";
export * as java from "./java.ts";
export type { Fields, JavaClass, JavaClassOptions } from "./java-class.ts";
export { JavaDate } from "./java-date.ts";
export { JavaDouble } from "./java-double.ts";
export type { JavaEnum } from "./java-enum.ts";
export { JavaEnumConstant } from "./java-enum-constant.ts";
export { JavaError, type ThrowableOptions, throwable, toJavaError } from "./java-error.ts";
export { JavaList } from "./java-list.ts";
export { JavaMap } from "./java-map.ts";
export { descriptorOfName, nameOfDescriptor } from "./java-name.ts";
export { type ClassDefinition, JavaObject } from "./java-object.ts";
export { JavaScalar } from "./java-scalar.ts";
export type { JavaShape, PrimitiveKind, ShapeField } from "./java-shape.ts";
export {
  type AnyJavaType,
  descriptorOf,
  type JavaType,
  REFUSED,
  type RegisteredClass,
  type ValueOf,
} from "./java-type.ts";
export { type HessianProfile, type HessianProfileName, PROFILES } from "./profile.ts";
export type { HessianDialect } from "./tags.ts";

// For those who build proxies and protocols on the parts.

export { classRegistry } from "./class-registry.ts";
export { type FindObjectReader, HessianReader, type HessianReaderOptions } from "./hessian-reader.ts";
export { HessianSkipper } from "./hessian-skipper.ts";
export { HessianWriter } from "./hessian-writer.ts";
export type { ObjectReader } from "./object-reader.ts";
export { ObjectWalker } from "./object-walker.ts";
export type { HessianWriterOptions } from "./stream-writer.ts";
