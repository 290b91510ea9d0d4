/** An upstream in a process of its own, so that its work is not counted: 1 KiB for every request. Says its port. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const body = Buffer.alloc(1024, "x");
const server = createServer((_incoming, outgoing) => {
  outgoing.writeHead(200, { "content-length": body.length, "content-type": "text/plain" });
  outgoing.end(body);
});
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
process.on("disconnect", () => process.exit());
