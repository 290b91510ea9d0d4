import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { expect, test } from "vitest";
import { createMesh, simpleBootstrap } from "../src/index.ts";
import { startServer } from "./server.ts";

test("a server that is told to close is withdrawn at once, and not when its last call has ended", async () => {
  const heard: string[] = [];
  await using registry = await startServer((incoming, outgoing) => {
    heard.push(`${incoming.method} ${incoming.url}`);
    incoming.resume().on("end", () => outgoing.end("{}"));
  });
  await using mesh = await createMesh({
    bootstrap: simpleBootstrap({}),
    mode: "direct",
    registry: { kind: "tcp", host: "127.0.0.1", port: registry.port },
  });
  const server = createServer(() => {}).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  mesh.serve(server);
  await expect.poll(() => heard.at(-1)).toMatch(/^PUT \/workloads\//);

  const caller = connect(port, "127.0.0.1");
  caller.on("error", () => {});
  caller.write("GET / HTTP/1.1\r\nhost: slow\r\n\r\n");
  await once(server, "request");
  let isClosed = false;
  server.close(() => {
    isClosed = true;
  });
  await expect.poll(() => heard.at(-1)).toMatch(/^DELETE \/workloads\//);
  expect(isClosed).toBe(false);
  caller.destroy();
  await once(server, "close");
});
