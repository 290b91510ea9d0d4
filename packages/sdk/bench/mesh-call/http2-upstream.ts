/** An upstream of HTTP/2 in a process of its own: 1 KiB for every request. Says its port. */
import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";

const body = Buffer.alloc(1024, "x");
const server = createServer();
server.on("stream", (stream) => {
  stream.respond({ "content-type": "text/plain", "content-length": body.length });
  stream.end(body);
});
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
process.on("disconnect", () => process.exit());
