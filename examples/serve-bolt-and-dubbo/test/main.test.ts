import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { java } from "@dualmesh/codecs/hessian";
import { createBoltClient, createDubboClient, defineService } from "@dualmesh/rpc";
import { expect, test } from "vitest";

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const methods = { greet: { args: [java.string], returns: java.string } } as const;

test("clients of both protocols reach one function, and SIGTERM ends it", async () => {
  const program = spawn(process.execPath, ["--conditions=@dualmesh/source", main, "0"], { stdio: "pipe" });
  try {
    const ended = once(program, "exit");
    const [line] = (await once(createInterface({ input: program.stdout }), "line")) as [string];
    const port = Number(/port: (\d+)/.exec(line)?.[1]);
    for (const [connect, version] of [
      [createBoltClient, "1.0"],
      [createDubboClient, "1.0.0"],
    ] as const) {
      await using client = connect({ address: `127.0.0.1:${port}` });
      const greeter = client.service(defineService("com.example.Greeter", { version, methods }));
      expect(await greeter.greet("world")).toBe("hello world");
      await expect(greeter.greet(null)).rejects.toMatchObject({
        className: "java.lang.IllegalArgumentException",
        message: "a name is null",
      });
    }
    program.kill("SIGTERM");
    expect(await ended).toEqual([0, null]);
  } finally {
    program.kill("SIGKILL");
  }
});
