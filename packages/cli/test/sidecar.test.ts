import { once } from "node:events";
import { access, readFile } from "node:fs/promises";
import { createServer, get, type IncomingMessage } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { BOOTSTRAP, writeConfig } from "./configuration.ts";
import { dualmesh, startDualmesh } from "./dualmesh.ts";
import { temporaryFolder } from "./temporary-folder.ts";

async function upstream(answer: (response: import("node:http").ServerResponse) => void): Promise<number> {
  const server = createServer((_, response) => answer(response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

async function call(
  port: number,
  path = "/",
  host = "orders",
): Promise<{ readonly status: number; readonly body: string; readonly incoming: IncomingMessage }> {
  const outgoing = get({ host: "127.0.0.1", port, path, headers: { host }, agent: false });
  const [incoming] = (await once(outgoing, "response")) as [IncomingMessage];
  return { status: incoming.statusCode ?? 0, body: await text(incoming), incoming };
}

const LISTENS = /listener "outbound" listens on 127\.0\.0\.1:(\d+)/;

test("serves when it says `ready`, answers what is under way after SIGTERM, and ends with 0", async () => {
  const asked = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  const port = await upstream((response) => {
    asked.resolve();
    void finish.promise.then(() => response.end("late"));
  });
  const folder = await temporaryFolder();
  const file = await writeConfig(BOOTSTRAP.replace("8001", String(port)));
  const running = startDualmesh(["sidecar", "-c", file], { env: { XDG_RUNTIME_DIR: folder } });
  await running.says(/^ready$/m);
  const [, listener] = await running.says(LISTENS);
  await access(join(folder, "dualmesh", "web-1.sock"));
  const under = call(Number(listener));
  await asked.promise;
  // A client that has only connected must not hold the end up.
  const idle = connect(Number(listener), "127.0.0.1");
  await once(idle, "connect");
  process.kill(running.pid, "SIGTERM");
  await running.says(/draining: 1 call under way/);
  finish.resolve();
  expect(await under).toMatchObject({ status: 200, body: "late" });
  expect((await under).incoming.headers.connection).toBe("close");
  expect(await running.ended).toMatchObject({ code: 0, signal: null, stdout: "ready\n" });
  await expect(access(join(folder, "dualmesh", "web-1.sock"))).rejects.toThrow("ENOENT");
});

test("a second signal ends it at once", async () => {
  const asked = Promise.withResolvers<void>();
  const port = await upstream(() => asked.resolve());
  const file = await writeConfig(BOOTSTRAP.replace("8001", String(port)));
  const running = startDualmesh(["sidecar", "-c", file, "--no-control-socket"]);
  const [, listener] = await running.says(LISTENS);
  const under = call(Number(listener));
  under.catch(() => {});
  await asked.promise;
  process.kill(running.pid, "SIGINT");
  await running.says(/draining: 1 call under way/);
  process.kill(running.pid, "SIGINT");
  expect((await running.ended).code).toBe(130);
});

test("a bootstrap given as text is merged over the file, and the admin address is written where it is wanted", async () => {
  const file = await writeConfig(BOOTSTRAP);
  const adminFile = join(await temporaryFolder(), "admin.txt");
  const over =
    "{node: {id: web-2}, static_resources: {clusters: [{name: more, type: STATIC, load_assignment: {cluster_name: more}}]}}";
  const args = ["-c", file, "--config-yaml", over, "--no-control-socket", "--admin-address-path", adminFile];
  const running = startDualmesh([
    "sidecar",
    ...args,
    "-l",
    "off",
    "--disable-hot-restart",
    "--concurrency",
    "1",
  ]);
  await running.says(/^ready$/m);
  const port = Number((await readFile(adminFile, "utf8")).split(":")[1]);
  const info = JSON.parse((await call(port, "/server_info", "localhost")).body);
  expect(info.node).toMatchObject({ id: "web-2", cluster: "web" });
  const clusters = (await call(port, "/clusters?format=json", "localhost")).body;
  expect(JSON.parse(clusters).cluster_statuses.map((one: { name: string }) => one.name)).toEqual([
    "more",
    "nowhere",
    "orders",
  ]);
});

test("--mode validate says what Envoy says, or what is wrong with status 1", async () => {
  const good = await writeConfig(BOOTSTRAP);
  expect(await dualmesh(["sidecar", "--mode", "validate", "-c", good])).toMatchObject({
    code: 0,
    stdout: `configuration '${good}' OK\n`,
  });
  const bad = await writeConfig(BOOTSTRAP.replace("8001", "70000"));
  const { code, stdout, stderr } = await dualmesh(["sidecar", "--mode", "validate", "-c", bad]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/^dualmesh: .*:35:81: cluster "orders"\.load_assignment.*got 70000\n$/);
});

test("a bootstrap that cannot be read is invalid input: status 2, with line and column", async () => {
  const file = await writeConfig(BOOTSTRAP.replace("domains: [orders]", "domain: [orders]"));
  const { code, stderr } = await dualmesh(["sidecar", "-c", file]);
  expect(stderr).toMatch(new RegExp(`^dualmesh: ${file}:19:\\d+: .*unknown field .*did you mean "domains"`));
  expect(code).toBe(2);
});

test("a route to a cluster that is not there is refused at the start, by name, unless the file allows it", async () => {
  const file = await writeConfig(BOOTSTRAP.replace("validate_clusters: false", "name: r"));
  const args = ["sidecar", "-c", file];
  const problem =
    /^dualmesh: .*:27:62: listener .*virtual_hosts\["broken"\]\.routes\[0\]\.route\.cluster: expected the name of a static cluster, got "nowhere"; there are orders\n$/;
  const [served, checked] = await Promise.all([dualmesh(args), dualmesh([...args, "--mode", "validate"])]);
  expect(served).toMatchObject({ code: 2, stdout: "", stderr: expect.stringMatching(problem) });
  expect(checked).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(problem) });
});

test("a port in use is told in one sentence, with status 1", async () => {
  const port = await upstream((response) => response.end());
  const text = BOOTSTRAP.replace(/(OUTBOUND\n.*port_value: )0/, `$1${port}`);
  const { code, stdout, stderr } = await dualmesh([
    "sidecar",
    "-c",
    await writeConfig(text),
    "--no-control-socket",
  ]);
  expect(stderr).toBe(`dualmesh: listener "outbound": 127.0.0.1:${port} is in use by another process\n`);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
});

test("a control plane that is asked needs to be told who asks", async () => {
  const ads =
    "{dynamic_resources: {lds_config: {ads: {}}, ads_config: {api_type: GRPC, grpc_services: [{google_grpc: {target_uri: 'unix:/nowhere', stat_prefix: a}}]}}}";
  expect(await dualmesh(["sidecar", "--config-yaml", ads])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^dualmesh: --config-yaml:1:1: node\.id is needed: /),
  });
  const running = startDualmesh(["sidecar", "--config-yaml", ads, "--service-node", "web-7"], {
    env: { XDG_RUNTIME_DIR: await temporaryFolder() },
  });
  await running.says(/the control plane at unix:\/nowhere cannot be reached: .*; trying on/);
  process.kill(running.pid, "SIGTERM");
  expect(await running.ended).toMatchObject({ code: 0, stdout: "" });
});

test("an extension of the user's own makes its filter known", async () => {
  const extension = await writeConfig(
    `export default (registry) => registry.httpFilter({
      type: "acme.Stamp",
      parse: (config) => config,
      create: (config) => (next) => (request, call) =>
        next(request, call).then((response) => (response.head.headers.set("x-stamp", config.text), response)),
    });`,
    "stamp.mjs",
  );
  const stamp = `{name: stamp, typed_config: {"@type": type.googleapis.com/xds.type.v3.TypedStruct, type_url: type.googleapis.com/acme.Stamp, value: {text: hi}}}, {name: router`;
  const file = await writeConfig(BOOTSTRAP.replace("{name: router", stamp));
  const args = ["sidecar", "-c", file, "--no-control-socket"];
  expect((await dualmesh([...args, "--mode", "validate"])).stderr).toContain(
    "the HTTP filter acme.Stamp is not supported",
  );
  const running = startDualmesh([...args, "--extension", extension]);
  const [, listener] = await running.says(LISTENS);
  expect((await call(Number(listener), "/x")).incoming.headers["x-stamp"]).toBe("hi");
});
