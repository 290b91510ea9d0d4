/**
 * Headers of Triple beside those of gRPC. In lower case, as HTTP/2 wants them.
 *
 * @see org.apache.dubbo.rpc.protocol.tri.TripleHeaderEnum
 */
export const TRIPLE_HEADER = {
  serviceVersion: "tri-service-version",
  serviceGroup: "tri-service-group",
  /** Milliseconds that the client waits; `grpc-timeout` says the same. */
  serviceTimeout: "tri-service-timeout",
  consumerApp: "tri-consumer-appname",
  requestId: "tri-req-id",
  /** Whether names of attachments were not in lower case: the real ones are then in this one, as JSON. */
  headerConvert: "tri-header-convert",
  /** Of a response whose status is OK: anything but 0 says that the message is what the method threw. */
  exceptionCode: "tri-exception-code",
  /** Of the first releases of Dubbo 3: a TripleExceptionWrapper in base64, as a trailer. */
  exception: "tri-exception-bin",
} as const;
