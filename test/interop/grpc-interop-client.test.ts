import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, test } from "vitest";
import { describeWithEnvoy } from "./envoy-binary.ts";
import { DIRECT, type Path, throughEnvoy, throughSidecar } from "./grpc-cases/path.ts";
import { startTestServer } from "./grpc-cases/test-server.ts";
import { describeWithPeers, GO_INTEROP } from "./peers/find-peer.ts";

const run = promisify(execFile);

/** The cases of grpc-go's interop client that ask for nothing but the TestService. */
const CASES = [
  "empty_unary",
  "large_unary",
  "client_streaming",
  "server_streaming",
  "ping_pong",
  "empty_stream",
  "timeout_on_sleeping_server",
  "cancel_after_begin",
  "cancel_after_first_response",
  "status_code_and_message",
  "special_status_message",
  "custom_metadata",
  "unimplemented_method",
  "unimplemented_service",
];

/** All cases on one path; the server is one of grpc-js. */
function playOn(path: Path): void {
  describe(path.name, () => {
    let parts: AsyncDisposableStack;
    let target: string;

    beforeAll(async () => {
      parts = new AsyncDisposableStack();
      const server = parts.use(await startTestServer());
      ({ target } = parts.use(await path.open(server.port)));
    });
    afterAll(() => parts.disposeAsync());

    test.each(CASES)("%s", async (name) => {
      const [host = "", port = ""] = target.split(":");
      const args = ["-server_host", host, "-server_port", port, "-test_case", name];
      // It ends with 0 if all is as it should be, else with words on stderr, which are the error's message.
      await run(GO_INTEROP.client, args, { env: { ...process.env, GRPC_GO_LOG_SEVERITY_LEVEL: "error" } });
    });
  });
}

describeWithPeers("grpc-go's interop client is satisfied with a server of grpc-js", () => {
  playOn(DIRECT);
  playOn(throughSidecar("INBOUND"));
  describeWithEnvoy("with Envoy", (binary) => playOn(throughEnvoy(binary, "INBOUND")));
});
