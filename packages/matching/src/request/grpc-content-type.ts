/**
 * Whether a content type is gRPC's: exactly `application/grpc`, or that with a `+` and anything behind it. Parameters,
 * another case and gRPC-web do not count.
 *
 * @see Envoy, `Grpc::Common::hasGrpcContentType`
 */
export function isGrpcContentType(contentType: string | undefined): boolean {
  if (contentType === undefined || !contentType.startsWith("application/grpc")) return false;
  return contentType.length === 16 || contentType.charCodeAt(16) === 0x2b; /* + */
}
