import type { Frame, FrameCodec } from "@dualmesh/codecs/frame";
import { httpStatusFromCode, MeshError, type Outcome, type Response, responseOutcome } from "@dualmesh/core";
import { FrameBody } from "./frame-body.ts";
import { FrameHeaders, withFrameHeaders } from "./frame-headers.ts";
import { withContent } from "./with-content.ts";

/**
 * A response as the chain sees it. Its status is HTTP's for {@link FrameCodec.outcome}: 200 also for an exception of the
 * application.
 */
export function frameResponse(frame: Frame, codec: FrameCodec): Response {
  return {
    head: { status: httpStatusFromCode(codec.outcome(frame)), headers: new FrameHeaders(frame) },
    body: new FrameBody(frame),
  };
}

/**
 * The frame that answers a request: the response's own under the request's id, with the headers that filters left; for a local
 * reply, the protocol's refusal. Who answers in the frame is who decides: a filter that changed the status alone says nothing
 * on the wire.
 */
export function responseFrame(response: Response, request: Frame, codec: FrameCodec): Frame {
  const { head, body } = response;
  if (head.local !== undefined) {
    const { code, message } = head.local;
    return codec.refuse(request, { code: code === "OK" ? "UNKNOWN" : code, message });
  }
  try {
    return answerIn(response, request);
  } catch (error) {
    if (!MeshError.is(error)) throw error;
    return codec.refuse(request, { code: error.code, message: error.rawMessage });
  } finally {
    if (body.kind === "stream")
      body.cancel({ code: "INTERNAL", flag: "", message: "no frame", execution: "executed" });
  }
}

function answerIn({ head, body }: Response, request: Frame): Frame {
  const own = body instanceof FrameBody ? body.frame : undefined;
  const known = own ?? (head.headers instanceof FrameHeaders ? head.headers.frame : undefined);
  if (known === undefined || known.protocol !== request.protocol) {
    throw new MeshError("INTERNAL", `rpc: the service answered a ${request.protocol} frame with none`);
  }
  let frame = withFrameHeaders(known, head.headers);
  if (own === undefined) frame = withContent(frame, body);
  const hasId = frame.id === request.id && frame.idHigh === request.idHigh;
  return hasId ? frame : frame.withId(request.id, request.idHigh);
}

/** How a call went, by its response: with the code of the protocol, which HTTP's status cannot say. */
export function frameOutcome(response: Response, codec: FrameCodec): Outcome {
  const outcome = responseOutcome(response.head);
  if (response.head.local !== undefined || !(response.body instanceof FrameBody)) return outcome;
  const code = codec.outcome(response.body.frame);
  return code === outcome.code ? outcome : { ...outcome, code };
}
