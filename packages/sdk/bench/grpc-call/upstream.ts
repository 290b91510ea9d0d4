/** A server of HTTP/2 in a process of its own, as fast as node:http2 allows: answers each call with 100 bytes. Says its port. */
import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { frameMessage } from "@dualmesh/codecs/grpc";

const answer = frameMessage(Buffer.alloc(100, "y"));
const server = createServer();
server.on("stream", (stream) => {
  stream.on("error", () => {});
  stream.resume();
  stream.respond({ "content-type": "application/grpc" }, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  stream.end(answer);
});
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
process.on("disconnect", () => process.exit());
