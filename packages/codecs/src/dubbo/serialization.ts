/**
 * How bodies are written: the lower five bits of a frame's flags. Most of these are Java's, and have been its weak spot: a
 * server that takes any of them lets the client choose one (CVE-2021-25641).
 *
 * @see org.apache.dubbo.common.serialize.Constants
 */
export const DUBBO_SERIALIZATION = {
  hessian2: 2,
  java: 3,
  compactedJava: 4,
  fastjson: 6,
  nativeJava: 7,
  kryo: 8,
  fst: 9,
  nativeHessian: 10,
  avro: 11,
  protostuff: 12,
  gson: 16,
  jackson: 18,
  protobufJson: 21,
  protobuf: 22,
  fastjson2: 23,
  kryo2: 25,
  msgpack: 27,
  fury: 28,
  custom: 31,
} as const;
