import { ErrorCode } from "@dualmesh/codecs/http2";
import type { Code, Reset } from "@dualmesh/core";
import { brokenText } from "../failure-reset.ts";

/** Nobody reads the rest of the request. */
export const UNWANTED: Reset = Object.freeze({
  code: "CANCELLED",
  flag: "",
  execution: "in-doubt",
  message: "the response came to its end before the request",
});

/** What a reset says to a client of gRPC, where it is not that the call is to be made again. */
const CODES: ReadonlyMap<number, Code> = new Map([
  [ErrorCode.CANCEL, "CANCELLED"],
  [ErrorCode.ENHANCE_YOUR_CALM, "RESOURCE_EXHAUSTED"],
  [ErrorCode.INADEQUATE_SECURITY, "PERMISSION_DENIED"],
  [ErrorCode.REFUSED_STREAM, "UNAVAILABLE"],
]);

/**
 * The peer has reset the stream, after it began with the request.
 *
 * @param responded Whether the response head had come.
 * @see gRPC over HTTP/2, "HTTP2 Transport Mapping"
 */
export function remoteReset(code: number, cause: Error, responded: boolean): Reset {
  return {
    code: CODES.get(code) ?? "INTERNAL",
    flag: "UR",
    execution: "in-doubt",
    message: responded
      ? brokenText("remote reset")
      : "upstream connect error or disconnect/reset before headers. reset reason: remote reset",
    details: `upstream_reset_${responded ? "after" : "before"}_response_started{remote reset}`,
    cause,
  };
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
