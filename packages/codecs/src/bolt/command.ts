/** What a frame is: byte 1 of v1, byte 2 of v2. Its layout goes by it: a response has a status, the others a timeout. */
export const BOLT_TYPE = {
  response: 0,
  request: 1,
  oneway: 2,
} as const;

/**
 * What it is about. `goAway` is MOSN's alone: Java closes a connection on it.
 *
 * @see com.alipay.remoting.CommonCommandCode, RpcCommandCode; mosn.io/mosn/pkg/protocol/xprotocol/bolt
 */
export const BOLT_COMMAND = {
  heartbeat: 0,
  request: 1,
  response: 2,
  goAway: 100,
} as const;

/**
 * How contents are written. SOFARPC has more by its plug-ins, and numbers them itself: a frame takes any of 0 to 255.
 *
 * `hessian` is the older dialect of Hessian 2, that of SOFA-Hessian 3. `hessian2` is a constant from the time of TR.
 */
export const BOLT_SERIALIZER = {
  hessian: 1,
  java: 2,
  hessian2: 4,
  protobuf: 11,
  json: 12,
} as const;
