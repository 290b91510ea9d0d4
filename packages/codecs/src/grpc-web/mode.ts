/** How the frames of a body lie there: as they are, or in base64, which old browsers can read piece by piece. */
export type GrpcWebMode = "binary" | "text";

const FORM = /^application\/grpc-web(-text)?(\+[a-z\d.-]+)?[ \t]*(;|$)/i;

/** The mode that a `content-type` says; `undefined` for what is not gRPC-Web. */
export function grpcWebMode(contentType: string | undefined): GrpcWebMode | undefined {
  const match = contentType === undefined ? null : FORM.exec(contentType);
  if (match === null) return undefined;
  return match[1] === undefined ? "binary" : "text";
}
