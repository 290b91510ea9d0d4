import { MeshError, type Reset } from "@dualmesh/core";
import { MAX_HEAD_BYTES, MAX_INFORMATIONAL } from "../response-limits.ts";

/** Nobody reads the rest of the request. */
export const UNWANTED: Reset = Object.freeze({
  code: "CANCELLED",
  flag: "",
  execution: "in-doubt",
  message: "the response came to its end before the request",
});

/** The peer has reset the stream. */
export const REMOTE_RESET: Reset = Object.freeze({
  code: "UNAVAILABLE",
  flag: "UR",
  execution: "in-doubt",
  message: "upstream connect error or disconnect/reset before headers. reset reason: remote reset",
  details: "upstream_reset_before_response_started{remote reset}",
});

/** No answer would ever come of it. */
export const FLOOD: MeshError = new MeshError(
  "RESOURCE_EXHAUSTED",
  `http/2 response head: more than ${MAX_INFORMATIONAL} informational ones to a request`,
);

/** To others it is what node:http2 makes of it by itself, once its peer has acknowledged the limit. */
export function tooLarge(what: "response head" | "trailers", bytes: number): Reset {
  const message = `http/2 ${what}: ${bytes} bytes are over the limit of ${MAX_HEAD_BYTES} bytes`;
  return { ...REMOTE_RESET, cause: new MeshError("RESOURCE_EXHAUSTED", message) };
}

/** The peer says that it did not begin. */
export const REFUSED: Reset = Object.freeze({
  code: "UNAVAILABLE",
  flag: "UR",
  execution: "not-executed",
  message:
    "upstream connect error or disconnect/reset before headers. reset reason: remote refused stream reset",
  details: "upstream_reset_before_response_started{remote refused stream reset}",
});
