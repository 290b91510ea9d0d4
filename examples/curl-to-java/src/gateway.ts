import { createServer, type IncomingMessage, type Server } from "node:http";
import { createTranslator, type HttpResponse } from "@dualmesh/codecs/translate";
import { createHeaders, MeshError } from "@dualmesh/core";
import type { BoltClient } from "./bolt-client.ts";
import { greeter } from "./greeter-schema.ts";

const MAX_BODY_BYTES = 1_048_576;

/** A server of HTTP in front of the service: JSON for curl, gRPC-Web for browsers. */
export function createGateway(java: BoltClient): Server {
  const translator = createTranslator(greeter, { target: "bolt", limits: { maxBytes: MAX_BODY_BYTES } });

  async function respond(request: IncomingMessage): Promise<HttpResponse> {
    const call = translator.fromHttp({
      method: request.method ?? "",
      path: request.url ?? "",
      headers: createHeaders(request.rawHeaders),
      body: await bodyOf(request),
    });
    if (call.kind === "refusal") return call;
    try {
      return translator.toHttp(call, await java.send(call.message, call.timeoutMs));
    } catch (error) {
      if (!MeshError.is(error)) throw error;
      return translator.failed(call, { code: error.code, message: error.rawMessage });
    }
  }

  return createServer((request, response) => {
    respond(request).then(
      ({ status, headers, body }) => response.writeHead(status, [...headers.flat()]).end(body),
      () => response.destroy(),
    );
  });
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    // Up to the piece that crosses the limit: the translator refuses it, in the client's own words.
    if (length <= MAX_BODY_BYTES) pieces.push(piece);
    length += piece.length;
  }
  return Buffer.concat(pieces);
}
