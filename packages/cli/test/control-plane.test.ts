import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startDualmesh } from "./dualmesh.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const cluster = (name: string): string =>
  `resources: [{"@type": type.googleapis.com/envoy.config.cluster.v3.Cluster, name: ${name}, type: STATIC, load_assignment: {cluster_name: ${name}}}]\n`;

test("serves a folder to a sidecar, follows its changes, and refuses a wrong one as a whole", async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, "a.yaml"), cluster("a"));
  const args = ["control-plane", "--config", folder, "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"];
  const plane = startDualmesh(args);
  await plane.says(/^ready$/m);
  const [, port] = await plane.says(/nodes connect to 127\.0\.0\.1:(\d+)/);
  await plane.says(/workloads and operators connect to 127\.0\.0\.1:\d+/);
  const ads = `{node: {id: web-1}, dynamic_resources: {lds_config: {ads: {}}, cds_config: {ads: {}}, ads_config: {api_type: GRPC, grpc_services: [{google_grpc: {target_uri: 'dns:///127.0.0.1:${port}', stat_prefix: a}}]}}}`;
  const sidecar = startDualmesh(["sidecar", "--config-yaml", ads, "--no-control-socket"]);
  await plane.says(/node "web-1" connected/);
  await sidecar.says(/^ready$/m);
  await writeFile(join(folder, "b.yaml"), cluster("b").replace("STATIC", "STATICC"));
  await plane.says(/the change is refused.*b\.yaml:1:\d+: .*STATICC/s);
  await writeFile(join(folder, "b.yaml"), cluster("b"));
  await plane.says(/serving 2 resources/);
  process.kill(plane.pid, "SIGTERM");
  expect(await plane.ended).toMatchObject({ code: 0, stdout: "ready\n" });
});

test("a folder that is wrong is invalid input", async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, "a.yaml"), cluster("a").replace("name: a", "nam: a"));
  const { code, stderr } = await startDualmesh([
    "control-plane",
    "--config",
    folder,
    "--listen",
    "127.0.0.1:0",
    "-l",
    "off",
  ]).ended;
  expect(stderr).toMatch(/^dualmesh: configuration: .*\n.*a\.yaml:1:\d+: .*unknown field/);
  expect(code).toBe(2);
});

test("an admin address that other machines reach must be asked for", async () => {
  const folder = await temporaryFolder();
  const args = ["control-plane", "--config", folder, "--listen", "127.0.0.1:0", "--admin", "0.0.0.0:0"];
  const { code, stderr } = await startDualmesh(args).ended;
  expect(stderr).toContain("can be reached from other machines");
  expect(code).toBe(2);
  await startDualmesh([...args, "--allow-remote-admin"]).says(/^ready$/m);
});
