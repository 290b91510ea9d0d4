import type { Frame, FrameCodec } from "@dualmesh/codecs/frame";
import { type Exchange, MeshError, type Request, type RequestHead } from "@dualmesh/core";
import { FrameBody } from "./frame-body.ts";
import { FrameHeaders, withFrameHeaders } from "./frame-headers.ts";
import { withContent } from "./with-content.ts";

/** The head of a request in a frame. Nothing is read before somebody asks. */
class FrameHead implements RequestHead {
  readonly protocol: string;
  readonly exchange: Exchange;
  readonly headers: FrameHeaders;
  method = "";
  scheme = "";
  readonly codec: FrameCodec | undefined;
  readonly #frame: Frame;
  #authority: string | undefined;
  #path: string | undefined;

  constructor(frame: Frame, codec: FrameCodec | undefined) {
    this.#frame = frame;
    this.codec = codec;
    this.protocol = frame.protocol;
    this.exchange = frame.kind === "oneway" ? "oneway" : "unary";
    this.headers = new FrameHeaders(frame);
  }

  get authority(): string {
    this.#authority ??= this.#frame.service;
    return this.#authority;
  }

  set authority(authority: string) {
    this.#authority = authority;
  }

  get path(): string {
    this.#path ??= `/${this.#frame.service}/${this.#frame.method}`;
    return this.#path;
  }

  set path(path: string) {
    this.#path = path;
  }
}

/**
 * A request as the chain sees it, of a frame of kind `request` or `oneway`.
 *
 * ```ts
 * import { sofaCallHeaders, writeBoltFrame } from "@dualmesh/codecs/bolt";
 * import { frameRequest, requestFrame } from "@dualmesh/rpc";
 *
 * const headers = sofaCallHeaders({ service: "com.example.Greeter:1.0", method: "greet" });
 * const { head, body } = frameRequest(writeBoltFrame({ type: 1, command: 1, id: 7, headers }));
 * console.log(head.protocol, head.authority, head.path); // => bolt com.example.Greeter:1.0 /com.example.Greeter:1.0/greet
 * head.headers.set("tenant", "blue");
 * console.log(requestFrame({ head, body }).header("tenant")); // => blue
 * ```
 * Reading a field may throw a `DecodeError`, where it lies behind values that are none (Dubbo).
 *
 * @param codec Where whoever sends it on has connections of several protocols: see {@link codecOf}.
 */
export function frameRequest(frame: Frame, codec?: FrameCodec): Request {
  return { head: new FrameHead(frame, codec), body: new FrameBody(frame, codec) };
}

/** The codec that a request came by; `undefined` for one that came in no frame, or whose codec nobody told. */
export function codecOf({ head, body }: Request): FrameCodec | undefined {
  if (head instanceof FrameHead) return head.codec;
  return body instanceof FrameBody ? body.codec : undefined;
}

/**
 * The frame that goes to the wire for a request: the one that came if nobody changed anything, else the same with its headers
 * changed. Authority and path are what routes read: the wire has its own names, which are headers (Bolt's `service`).
 *
 * A body that a filter replaced becomes the content of a Bolt frame. Dubbo's arguments stand between other values of one
 * stream: there it is refused.
 *
 * @throws {MeshError} `UNIMPLEMENTED` for a body that the protocol cannot replace, `INTERNAL` for a request that came in no frame.
 */
export function requestFrame(request: Request): Frame {
  const { head, body } = request;
  const known = body instanceof FrameBody ? body.frame : frameOfHead(head);
  if (known === undefined) {
    throw new MeshError("INTERNAL", `rpc: a request of protocol "${head.protocol}" came in no frame`);
  }
  const frame = withFrameHeaders(known, head.headers);
  return body instanceof FrameBody ? frame : withContent(frame, body);
}

function frameOfHead({ headers }: RequestHead): Frame | undefined {
  return headers instanceof FrameHeaders ? headers.frame : undefined;
}
