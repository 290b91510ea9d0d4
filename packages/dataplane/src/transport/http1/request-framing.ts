import { type Body, type Headers, MeshError } from "@dualmesh/core";

/** How the end of a request's body is told to the upstream. */
export interface RequestFraming {
  /** Lines to add to the head, each with CR LF. */
  readonly lines: string;
  readonly isChunked: boolean;
  /** Bytes that the body must have; `undefined` where chunks tell. */
  readonly lengthBytes: number | undefined;
}

const NO_BODY_AT_ALL: RequestFraming = { lines: "", isChunked: false, lengthBytes: 0 };
const EMPTY_BODY: RequestFraming = { lines: "content-length: 0\r\n", isChunked: false, lengthBytes: 0 };
const CHUNKED: RequestFraming = {
  lines: "transfer-encoding: chunked\r\n",
  isChunked: true,
  lengthBytes: undefined,
};

/** Methods whose requests have no body unless they say so: Envoy announces none for them. */
const WITHOUT_BODY: ReadonlySet<string> = new Set(["GET", "HEAD", "DELETE", "OPTIONS", "TRACE", "CONNECT"]);

/**
 * Frames a request by its body, whatever its head came from: no hop behind this one can read it otherwise. A
 * `transfer-encoding` of whoever made the head goes.
 *
 * @throws {MeshError} `INVALID_ARGUMENT` when `content-length` is not the body's length, or is there twice.
 */
export function requestFraming(method: string, headers: Headers, body: Body): RequestFraming {
  headers.delete("transfer-encoding");
  const [claimed, second] = headers.getAll("content-length");
  if (second !== undefined) throw new MeshError("INVALID_ARGUMENT", "request: content-length is there twice");
  const lengthBytes = body.kind === "none" ? 0 : body.kind === "bytes" ? body.bytes.length : body.lengthBytes;
  if (claimed !== undefined) {
    const length = parseClaim(claimed);
    if (length === undefined || (lengthBytes !== undefined && length !== lengthBytes)) {
      throw new MeshError(
        "INVALID_ARGUMENT",
        `request: content-length is ${claimed}, and the body has ${lengthBytes ?? "another number of"} bytes`,
      );
    }
    return { lines: "", isChunked: false, lengthBytes: length };
  }
  if (body.kind === "none") return WITHOUT_BODY.has(method) ? NO_BODY_AT_ALL : EMPTY_BODY;
  if (lengthBytes === undefined) return CHUNKED;
  return { lines: `content-length: ${lengthBytes}\r\n`, isChunked: false, lengthBytes };
}

function parseClaim(claimed: string): number | undefined {
  return /^\d{1,15}$/.test(claimed) ? Number(claimed) : undefined;
}
