import { createMesh, type Mesh } from "@dualmesh/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { configuration } from "./decisions/configuration.ts";
import { observe } from "./decisions/observe.ts";
import { REQUESTS } from "./decisions/requests.ts";
import { describeWithEnvoy } from "./envoy-binary.ts";
import { freePort } from "./stage/free-port.ts";
import { startDualmeshSidecar, startEnvoy } from "./stage/sidecar-process.ts";
import { temporaryFolder } from "./stage/temporary-folder.ts";
import { startUpstream } from "./stage/upstream.ts";

describeWithEnvoy("Envoy, our sidecar and the SDK, given one file, decide the same", (binary) => {
  let parts: AsyncDisposableStack;
  let mesh: Mesh;
  let envoyPort = 0;
  let sidecarPort = 0;

  beforeAll(async () => {
    parts = new AsyncDisposableStack();
    const folder = parts.use(await temporaryFolder());
    const [a, b] = [parts.use(await startUpstream("a")), parts.use(await startUpstream("b"))];
    const refused = await freePort();
    const write = async (
      name: string,
    ): Promise<{ readonly bootstrap: string; readonly adminPort: number }> => {
      const adminPort = await freePort();
      const file = configuration({ a: a.port, b: b.port, refused, admin: adminPort });
      return { adminPort, bootstrap: await folder.write(name, file) };
    };
    const envoy = parts.use(await startEnvoy(binary, await write("envoy.json")));
    const sidecar = parts.use(await startDualmeshSidecar(await write("sidecar.json"), "--no-control-socket"));
    const { bootstrap } = await write("sdk.json");
    mesh = parts.use(await createMesh({ bootstrap, mode: "direct" }));
    [envoyPort, sidecarPort] = [await envoy.admin.portOf("outbound"), await sidecar.admin.portOf("outbound")];
  });
  afterAll(() => parts.disposeAsync());

  test.each(REQUESTS)("%s", async (_, asked, comesOfIt) => {
    const envoy = await observe(envoyPort, asked);
    expect(typeof comesOfIt === "number" ? envoy.status : envoy.by).toBe(comesOfIt);
    expect(await observe(sidecarPort, asked)).toEqual(envoy);
    expect(await observe(() => mesh.connect("http"), asked)).toEqual(envoy);
  });
});
