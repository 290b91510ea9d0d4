import { beginsWith, type FirstBytes } from "./first-bytes.ts";

/** A record of type handshake, and the major version that all of TLS has had (RFC 8446, section 5.1). */
export const isTls: FirstBytes = beginsWith(Uint8Array.of(0x16, 0x03));
