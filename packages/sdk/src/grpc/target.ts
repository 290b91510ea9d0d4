/** Whom a channel is for. */
export type GrpcTarget =
  /** A name that a route of the mesh may claim. */
  | { readonly kind: "name"; readonly authority: string }
  /** A listener by its name, or what it claims (gRFC A27). */
  | { readonly kind: "xds"; readonly authority: string }
  /** An address, a socket, or a name of another system: never of the mesh. */
  | { readonly kind: "foreign" };

/** `scheme:path`, `scheme://authority/path`; the rest is a name (gRPC, "gRPC Name Resolution"). */
const URI = /^([A-Za-z][\w+.-]*):(?:\/\/([^/]*)\/)?(.+)$/s;

const FOREIGN: GrpcTarget = { kind: "foreign" };

/** Schemes that grpc-js resolves by itself. Any other text before a colon is a host before its port. */
const OTHER_SCHEMES: ReadonlySet<string> = new Set([
  "ipv4",
  "ipv6",
  "unix",
  "unix-abstract",
  "vsock",
  "google-c2p",
]);

/** Reads a target as grpc-js does: `orders:50051`, `dns:///orders:50051`, `xds:///orders`. */
export function parseGrpcTarget(target: string): GrpcTarget {
  const [, scheme = "", server = "", path = ""] = URI.exec(target) ?? [];
  if (OTHER_SCHEMES.has(scheme)) return FOREIGN;
  if (scheme === "dns") return { kind: "name", authority: path };
  // The part that names a control plane other than the bootstrap's asks for what this mesh does not know.
  if (scheme === "xds") return server === "" ? { kind: "xds", authority: path } : FOREIGN;
  // A scheme that somebody has registered with grpc-js: only a port can stand behind the colon of a host.
  if (scheme !== "" && !/^\d{1,5}$/.test(path)) return FOREIGN;
  return { kind: "name", authority: target };
}
