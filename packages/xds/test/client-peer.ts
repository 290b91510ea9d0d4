import { setImmediate } from "node:timers/promises";
import type { Code } from "@dualmesh/core";
import { decode, encode, type Message, packAny, typeUrl } from "@dualmesh/envoy-api";
import type { OpenXdsStream, XdsStreamHandlers, XdsTarget } from "../src/index.ts";
import type { SnapshotResource } from "../src/server/index.ts";

type Request = Message<"envoy.service.discovery.v3.DiscoveryRequest">;
type Any = Message<"google.protobuf.Any">;

/** One stream as the server sees it: what the client sent and gets stands in the test. */
export interface StreamPeer {
  readonly target: XdsTarget;
  /** Everything received and not yet taken. */
  readonly inbox: Request[];
  /** The client gave it up. */
  readonly given: boolean;
  readonly paused: boolean;
  open(): void;
  /** Takes the next request, which must be there, and of this type. */
  take(typeUrl: string): Promise<Request>;
  send(typeUrl: string, response: Reply): Promise<void>;
  raw(bytes: Uint8Array): void;
  end(code?: Code, message?: string): void;
}

export interface Reply {
  readonly version?: string;
  readonly nonce?: string;
  readonly resources?: readonly (SnapshotResource | Any)[];
}

/** A server for `openStream`: every stream that the client opens is in `streams`. */
export interface PeerServer {
  readonly openStream: OpenXdsStream;
  readonly streams: StreamPeer[];
  /** The newest stream. */
  readonly stream: StreamPeer;
}

/** Lets promises and turns of the event loop run: all that the client does by itself is done then. */
export async function turn(): Promise<void> {
  for (let i = 0; i < 3; i++) await setImmediate();
}

export function peerServer(options: { readonly openAtOnce?: boolean } = {}): PeerServer {
  const streams: StreamPeer[] = [];
  return {
    streams,
    get stream() {
      const stream = streams.at(-1);
      if (stream === undefined) throw new Error("the client has opened no stream");
      return stream;
    },
    openStream(target, handlers) {
      const { peer, stream } = streamPair(target, handlers);
      streams.push(peer);
      if (options.openAtOnce !== false) queueMicrotask(() => peer.open());
      return stream;
    },
  };
}

function streamPair(target: XdsTarget, handlers: XdsStreamHandlers) {
  const inbox: Request[] = [];
  let given = false;
  let paused = false;
  let nonces = 0;
  const peer: StreamPeer = {
    target,
    inbox,
    get given() {
      return given;
    },
    get paused() {
      return paused;
    },
    open: () => handlers.onOpen(),
    async take(typeUrl) {
      await turn();
      const request = inbox.shift();
      if (request === undefined) throw new Error(`no request came, expected one of ${typeUrl}`);
      if (request.type_url !== typeUrl) throw new Error(`got ${request.type_url}, expected ${typeUrl}`);
      return request;
    },
    async send(typeUrl, { version = "1", nonce = `n${++nonces}`, resources = [] }) {
      handlers.onMessage(
        encode("envoy.service.discovery.v3.DiscoveryResponse", {
          type_url: typeUrl,
          version_info: version,
          nonce,
          resources: resources.map((one) => ("any" in one ? decode("google.protobuf.Any", one.any) : one)),
        }),
      );
      await turn();
    },
    raw: (bytes) => handlers.onMessage(bytes),
    end: (code = "OK", message = "") => handlers.onEnd({ code, message }),
  };
  const stream = {
    send: (bytes: Uint8Array) =>
      void inbox.push(decode("envoy.service.discovery.v3.DiscoveryRequest", bytes)),
    pause: () => {
      paused = true;
    },
    resume: () => {
      paused = false;
    },
    end: () => {
      given = true;
    },
  };
  return { peer, stream };
}

/** A resource inside the wrapper of the discovery service. */
export function wrapped(resource: SnapshotResource, name = resource.name): Any {
  const inner = decode("google.protobuf.Any", resource.any);
  return {
    type_url: typeUrl("envoy.service.discovery.v3.Resource"),
    value: encode("envoy.service.discovery.v3.Resource", { name, version: "w", resource: inner }),
  };
}

export { packAny };
