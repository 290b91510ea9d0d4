import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { bootstrap } from "./bootstrap.ts";

const root = fileURLToPath(new URL("../../../..", import.meta.url));

/** A proxy in a process of its own, between the load and the upstream. */
export interface Proxy extends Disposable {
  readonly name: string;
  readonly port: number;
  readonly pid: number;
}

/** Those that this machine has; a missing one is named with the way to get it. */
export async function startProxies(
  upstreamPort: number,
  protocol: "http1" | "http2" = "http1",
): Promise<{ proxies: readonly Proxy[]; missing: readonly string[] }> {
  const folder = mkdtempSync(join(tmpdir(), "dualmesh-bench-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const proxies: Proxy[] = [];
  const missing: string[] = [];
  const start = async (name: string, command: (port: number) => readonly string[]): Promise<void> => {
    const port = await freePort();
    const [program = "", ...args] = command(port);
    const child = spawn(program, args, { stdio: ["ignore", "ignore", "inherit"], cwd: root });
    process.on("exit", () => child.kill("SIGKILL"));
    await accepting(port, child, name);
    proxies.push({ name, port, pid: child.pid ?? 0, [Symbol.dispose]: () => void child.kill("SIGKILL") });
  };

  const bare =
    protocol === "http1"
      ? ["bare relay (node:net)", "relay.ts"]
      : ["bare proxy (node:http2)", "http2-proxy.ts"];
  await start(bare[0] as string, (port) => [
    process.execPath,
    join(root, `packages/sdk/bench/mesh-call/${bare[1]}`),
    String(port),
    String(upstreamPort),
  ]);
  await start("dualmesh sidecar", (port) => {
    const file = join(folder, "sidecar.json");
    writeFileSync(file, bootstrap(port, upstreamPort, protocol));
    return [
      process.execPath,
      join(root, "packages/cli/bin/dualmesh.js"),
      "sidecar",
      "-c",
      file,
      "-l",
      "error",
    ];
  });
  const envoy = process.env["ENVOY"] ?? join(root, ".cache/envoy/1.40.0/envoy/_bin/envoy");
  if (existsSync(envoy)) {
    await start("envoy", (port) => {
      const file = join(folder, "envoy.json");
      writeFileSync(file, bootstrap(port, upstreamPort, protocol));
      return [envoy, "-c", file, "--disable-hot-restart", "--concurrency", "1", "-l", "error"];
    });
  } else missing.push("envoy (test/interop/get-envoy.sh installs it)");
  // This nginx does not speak HTTP/2 to upstreams.
  if (protocol === "http2") return { proxies, missing };
  if (existsSync("/usr/sbin/nginx")) {
    await start("nginx", (port) => {
      const file = join(folder, "nginx.conf");
      writeFileSync(file, nginxConfig(folder, port, upstreamPort));
      return ["/usr/sbin/nginx", "-p", folder, "-c", file];
    });
  } else missing.push("nginx (apt-get install nginx-light)");
  return { proxies, missing };
}

function nginxConfig(folder: string, port: number, upstreamPort: number): string {
  return `
daemon off; master_process off; pid ${folder}/nginx.pid; error_log /dev/null;
events { worker_connections 1024; }
http {
  access_log off; client_body_temp_path ${folder}; proxy_temp_path ${folder};
  fastcgi_temp_path ${folder}; uwsgi_temp_path ${folder}; scgi_temp_path ${folder};
  upstream orders { server 127.0.0.1:${upstreamPort}; keepalive 128; keepalive_requests 1000000; }
  server {
    listen 127.0.0.1:${port}; keepalive_requests 1000000;
    location / { proxy_pass http://orders; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host; }
  }
}`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function accepting(port: number, child: ChildProcess, name: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (child.exitCode !== null) throw new Error(`${name}: it ended with status ${child.exitCode}`);
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => {
        socket.destroy();
        resolve(true);
      });
      socket.on("error", () => resolve(false));
    });
    if (open) return;
    await sleep(50);
  }
  throw new Error(`${name}: it does not accept on port ${port}`);
}
