/**
 * A message as it goes on the wire, in one piece.
 *
 * @param isCompressed Whether it was compressed as the call's `grpc-encoding` says.
 * @throws {RangeError} for a message of 4 GiB or more.
 * @see gRPC over HTTP/2, "Length-Prefixed-Message"
 */
export function frameMessage(message: Uint8Array, isCompressed = false): Buffer {
  const framed = Buffer.allocUnsafe(5 + message.length);
  framed[0] = isCompressed ? 1 : 0;
  framed.writeUInt32BE(message.length, 1);
  framed.set(message, 5);
  return framed;
}
