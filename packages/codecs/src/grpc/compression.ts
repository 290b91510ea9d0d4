import { promisify } from "node:util";
import { deflate, gunzip, gzip, inflate, type ZlibOptions } from "node:zlib";
import { MeshError } from "@dualmesh/core";

/** What a `grpc-encoding` may be here. `deflate` is the zlib format (RFC 1950). */
export type MessageEncoding = "identity" | "gzip" | "deflate";

/** What a client or a server that reads all of them says. */
export const GRPC_ACCEPT_ENCODING = "identity,deflate,gzip";

type Codec = (bytes: Uint8Array, options: ZlibOptions) => Promise<Buffer>;

const COMPRESS: Readonly<Record<Exclude<MessageEncoding, "identity">, Codec>> = {
  gzip: promisify(gzip) as Codec,
  deflate: promisify(deflate) as Codec,
};

const DECOMPRESS: typeof COMPRESS = {
  gzip: promisify(gunzip) as Codec,
  deflate: promisify(inflate) as Codec,
};

export function isMessageEncoding(name: string): name is MessageEncoding {
  return name === "identity" || name === "gzip" || name === "deflate";
}

/** Compresses a message on another thread. */
export async function compressMessage(
  encoding: Exclude<MessageEncoding, "identity">,
  message: Uint8Array,
): Promise<Buffer> {
  return COMPRESS[encoding](message, {});
}

/**
 * Decompresses a message on another thread, and stops where it gets longer than it may be.
 *
 * @param maxBytes The longest that the message itself may be; `Infinity`: what one Buffer holds.
 * @throws {MeshError} `RESOURCE_EXHAUSTED` for a longer one, `INTERNAL` for bytes that are not so compressed.
 */
export async function decompressMessage(
  encoding: Exclude<MessageEncoding, "identity">,
  bytes: Uint8Array,
  maxBytes: number,
): Promise<Buffer> {
  try {
    return await DECOMPRESS[encoding](
      bytes,
      // zlib takes no limit of 0; one byte too many is then found below.
      Number.isFinite(maxBytes) ? { maxOutputLength: Math.max(maxBytes, 1) } : {},
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") {
      throw new MeshError(
        "RESOURCE_EXHAUSTED",
        `grpc message: ${bytes.length} bytes of ${encoding} are over the limit of ${maxBytes} bytes when decompressed`,
        { cause: error },
      );
    }
    throw new MeshError("INTERNAL", `grpc message: it is no ${encoding}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
