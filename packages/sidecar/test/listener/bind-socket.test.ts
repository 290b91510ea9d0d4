import { spawn } from "node:child_process";
import { once } from "node:events";
import { access, stat, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import type { EndpointAddress } from "@dualmesh/dataplane";
import { expect, onTestFinished, test } from "vitest";
import { bindSocket } from "../../src/listener/bind-socket.ts";
import { temporaryFolder } from "../temporary-folder.ts";

function server(): Server {
  const created = createServer();
  onTestFinished(() => void created.close());
  return created;
}

/** Leaves the file of a socket whose owner was killed. */
async function leaveStaleSocket(path: string): Promise<void> {
  const script = `require("node:net").createServer().listen(${JSON.stringify(path)}, () => process.stdout.write("up"))`;
  const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  child.kill("SIGKILL");
  await once(child, "exit");
}

const subject = 'listener "a"';

test("port 0 gives the port that was free", async () => {
  const first = server();
  const address = await bindSocket(first, { kind: "tcp", host: "127.0.0.1", port: 0 }, { subject });
  expect(address).toEqual({
    kind: "tcp",
    host: "127.0.0.1",
    port: (first.address() as { port: number }).port,
  });
});

test("a taken port is refused in one sentence that names listener and address", async () => {
  const address = await bindSocket(server(), { kind: "tcp", host: "127.0.0.1", port: 0 }, { subject });
  const port = (address as { port: number }).port;
  await expect(bindSocket(server(), address, { subject })).rejects.toMatchObject({
    code: "UNAVAILABLE",
    rawMessage: `listener "a": 127.0.0.1:${port} is in use by another process`,
  });
});

test("the socket file of a killed process is taken over", async () => {
  const path = join(await temporaryFolder(), "a.sock");
  await leaveStaleSocket(path);
  const address: EndpointAddress = { kind: "pipe", path };
  await expect(bindSocket(server(), address, { subject })).resolves.toEqual(address);
});

test("the socket of a living process is in use", async () => {
  const path = join(await temporaryFolder(), "a.sock");
  await bindSocket(server(), { kind: "pipe", path }, { subject });
  await expect(bindSocket(server(), { kind: "pipe", path }, { subject })).rejects.toMatchObject({
    rawMessage: `listener "a": ${path} is in use by another process`,
  });
});

test("a file that is no socket is never removed, although connecting to it is refused as well", async () => {
  const path = join(await temporaryFolder(), "a.sock");
  await writeFile(path, "precious");
  await expect(bindSocket(server(), { kind: "pipe", path }, { subject })).rejects.toMatchObject({
    rawMessage: `listener "a": ${path} is there, and is no socket`,
  });
  await access(path);
});

test("a socket's file has the rights that were asked for, and goes with its server", async () => {
  const path = join(await temporaryFolder(), "a.sock");
  const created = server();
  await bindSocket(created, { kind: "pipe", path }, { subject, mode: 0o600 });
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  created.close();
  await once(created, "close");
  await expect(access(path)).rejects.toThrow("ENOENT");
});

test.each<[string, EndpointAddress, string]>([
  [
    "an address of another machine",
    { kind: "tcp", host: "203.0.113.7", port: 0 },
    "no interface of this machine has the address of 203.0.113.7:0",
  ],
  [
    "a folder that is not there",
    { kind: "pipe", path: "/nowhere/at/all/a.sock" },
    "may not open|does not exist",
  ],
  ["a path that is too long", { kind: "pipe", path: `/tmp/${"x".repeat(120)}` }, "at most 107 bytes"],
])("%s is refused with the reason", async (_, address, reason) => {
  await expect(bindSocket(server(), address, { subject })).rejects.toThrow(new RegExp(reason));
});
