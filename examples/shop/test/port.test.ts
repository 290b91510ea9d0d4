import { createServer, type Server } from "node:net";
import { expect, test } from "vitest";
import { reservePort } from "../src/process/port.ts";

test("a reserved port is taken until it is released", async () => {
  const { port, release } = await reservePort();
  await expect(listen(port)).rejects.toThrow("EADDRINUSE");
  await release();
  const server = await listen(port);
  server.close();
  expect(port).toBeLessThan(32_768);
});

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}
