import { type Code, codeNumber } from "@dualmesh/core";
import { type Any, decode, encode, type Message } from "@dualmesh/envoy-api";
import type { ServerDuplexStream } from "@grpc/grpc-js";
import { HandOver } from "../hand-over.ts";

/** One response of the state-of-the-world protocol. */
export interface ScriptedResponse {
  /** `type.googleapis.com/envoy.config.cluster.v3.Cluster`. */
  readonly typeUrl: string;
  readonly version: string;
  /** Default: the number of the response on its stream, from `1`. */
  readonly nonce?: string;
  /** As they go out; `packAny` makes them, and a broken one is written by hand. Default: none. */
  readonly resources?: readonly Any[];
}

/** The server's end of one ADS stream. Nothing is checked or answered by itself: the test plays the server. */
export interface ScriptedXdsStream {
  /** Requests that came and that {@link nextRequest} has not given yet. */
  readonly waiting: number;
  /** Settles when the client has ended or cancelled the stream, or its connection is gone. */
  readonly closed: Promise<void>;
  /** The next request; waits for one. Rejects once the stream is closed and nothing is left. */
  nextRequest(): Promise<Message<"envoy.service.discovery.v3.DiscoveryRequest">>;
  /** The metadata that came with the stream: the first value of a name, or `undefined`. */
  header(name: string): string | undefined;
  /** Sends a response, and gives the nonce that it carries. */
  respond(response: ScriptedResponse): string;
  /** Sends bytes that need be no response at all. */
  respondRaw(bytes: Uint8Array): void;
  /** Ends the stream with a status. Default `OK`, as servers do that limit the age of streams. */
  end(code?: Code, details?: string): void;
}

/** Plays on a call of grpc-js whose messages are bytes. */
export function scriptedXdsStream(call: ServerDuplexStream<Buffer, Buffer>): ScriptedXdsStream {
  const requests = new HandOver<Buffer>();
  const closed = Promise.withResolvers<void>();
  let responses = 0;

  const close = (): void => {
    requests.close(new Error("scripted xDS server: the stream is closed, no request will come"));
    closed.resolve();
  };
  call.on("data", (bytes: Buffer) => requests.give(bytes));
  call.on("end", close);
  call.on("cancelled", close);

  return {
    get waiting() {
      return requests.waiting;
    },
    closed: closed.promise,
    async nextRequest() {
      return decode("envoy.service.discovery.v3.DiscoveryRequest", await requests.take());
    },
    header: (name) => call.metadata.get(name)[0]?.toString(),
    respond({ typeUrl, version, nonce = String(responses + 1), resources = [] }) {
      responses++;
      const fields = { type_url: typeUrl, version_info: version, nonce, resources };
      call.write(Buffer.from(encode("envoy.service.discovery.v3.DiscoveryResponse", fields)));
      return nonce;
    },
    respondRaw(bytes) {
      responses++;
      call.write(Buffer.from(bytes));
    },
    end(code = "OK", details = "") {
      if (code === "OK") call.end();
      // The way in which grpc-js takes a status other than OK.
      else call.emit("error", { code: codeNumber(code), details });
    },
  };
}
