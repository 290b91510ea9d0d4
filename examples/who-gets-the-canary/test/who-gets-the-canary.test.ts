import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));

async function startVersion(name: string): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer((request, response) => response.end(`${name} ${request.url}`));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test("testers get the canary, and of everybody else a few", async () => {
  const [stable, canary] = [await startVersion("stable"), await startVersion("canary")];
  const app = spawn(process.execPath, ["--conditions=@dualmesh/source", main, "0", stable.url, canary.url]);
  try {
    const [line] = (await once(createInterface(app.stdout), "line")) as [string];
    const { port } = JSON.parse(line) as AddressInfo;
    const ask = async (headers: Record<string, string>): Promise<string> => {
      const answer = await fetch(`http://127.0.0.1:${port}/cart?id=7`, { headers });
      return `${answer.headers.get("x-route")}: ${await answer.text()}`;
    };
    expect(await ask({ "x-canary": "yes" })).toBe("testers: canary /cart?id=7");
    const others = await Promise.all(Array.from({ length: 400 }, () => ask({ "x-canary": "no" })));
    const taken = others.filter((one) => one === "everybody: canary /cart?id=7").length;
    expect(others.filter((one) => one === "everybody: stable /cart?id=7").length).toBe(400 - taken);
    // Five in a hundred of 400 are 20; fewer than 2 or more than 60 come once in some hundred million runs.
    expect(taken).toBeGreaterThan(1);
    expect(taken).toBeLessThan(60);
  } finally {
    app.kill();
    stable.server.close();
    canary.server.close();
  }
});
