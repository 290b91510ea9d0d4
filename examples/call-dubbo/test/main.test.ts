import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { java } from "@dualmesh/codecs/hessian";
import { createDubboServer, defineService, implement } from "@dualmesh/rpc";
import { expect, test } from "vitest";

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));

const Greeter = defineService("com.example.Greeter", {
  version: "1.0.0",
  methods: { greet: { args: [java.string], returns: java.string } },
});

test("it calls the service at its address, and ends", async () => {
  await using server = createDubboServer({
    services: [implement(Greeter, { greet: (name) => `hello ${name}` })],
  });
  const { port } = (await server.listen({ port: 0, host: "127.0.0.1" })) as { readonly port: number };
  const args = ["--conditions=@dualmesh/source", main, `127.0.0.1:${port}`];
  expect((await promisify(execFile)(process.execPath, args)).stdout).toBe("hello world\n");
});
