import type { ChannelOptions, Interceptor } from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, test } from "vitest";
import { describeWithEnvoy } from "./envoy-binary.ts";
import { CANCELLATION_CASES } from "./grpc-cases/cancellation.ts";
import {
  COMPRESSED_STREAM_CASE,
  COMPRESSING,
  COMPRESSION_CASES,
  PER_MESSAGE,
} from "./grpc-cases/compression.ts";
import { METADATA_CASES } from "./grpc-cases/custom-metadata.ts";
import type { InteropCase } from "./grpc-cases/interop-case.ts";
import { InteropClient } from "./grpc-cases/interop-client.ts";
import {
  type InteropServer,
  startCompressingServer,
  startGoInteropServer,
} from "./grpc-cases/interop-server.ts";
import { type MessageTap, openMessageTap } from "./grpc-cases/message-tap.ts";
import {
  DIRECT,
  MESH_CHANNEL,
  type OpenPath,
  type Path,
  throughEnvoy,
  throughMeshAndSidecar,
  throughSidecar,
} from "./grpc-cases/path.ts";
import { STATUS_CASES } from "./grpc-cases/statuses.ts";
import { STREAMING_CASES } from "./grpc-cases/streaming.ts";
import { UNARY_CASES } from "./grpc-cases/unary.ts";
import { describeWithPeers, GO_PEER, PYTHON_PEER } from "./peers/find-peer.ts";

const CASES = [...UNARY_CASES, ...STREAMING_CASES, ...STATUS_CASES, ...METADATA_CASES, ...CANCELLATION_CASES];

interface Against {
  readonly server: string;
  readonly start: () => Promise<InteropServer>;
  readonly cases: readonly InteropCase[];
  /** What its clients are opened with. */
  readonly options?: ChannelOptions;
  readonly interceptors?: Interceptor[];
}

const COMPRESSED = { options: COMPRESSING, interceptors: [PER_MESSAGE] };

const SERVERS: readonly Against[] = [
  { server: "grpc-go's own server", start: startGoInteropServer, cases: CASES },
  {
    server: "grpc-go with compression",
    start: () => startCompressingServer(GO_PEER),
    cases: COMPRESSION_CASES,
    ...COMPRESSED,
  },
  {
    server: "C-core with compression",
    start: () => startCompressingServer(PYTHON_PEER),
    cases: [...COMPRESSION_CASES, COMPRESSED_STREAM_CASE],
    ...COMPRESSED,
  },
];

/** All cases against all servers, on one path. */
function playOn(path: Path): void {
  describe.each(SERVERS)(`${path.name}, against $server`, ({ start, cases, options, interceptors }) => {
    let parts: AsyncDisposableStack;
    let tap: MessageTap;
    let open: OpenPath;

    beforeAll(async () => {
      parts = new AsyncDisposableStack();
      const server = parts.use(await start());
      tap = parts.use(await openMessageTap(server.port));
      open = parts.use(await path.open(tap.port));
    });
    afterAll(() => parts.disposeAsync());

    test.each(cases)("$name: $sentence", async ({ run }) => {
      // Each has its own: once grpc-js has read C-core's list of encodings, with its spaces, it compresses no more.
      using client = new InteropClient(open.target, open.openChannel, options, interceptors);
      await run({ client, tap });
    });
  });
}

describeWithPeers("gRPC's interop cases, by a client of grpc-js", () => {
  playOn(DIRECT);
  playOn(throughSidecar("OUTBOUND"));
  playOn(MESH_CHANNEL);
  playOn(throughMeshAndSidecar());
  describeWithEnvoy("with Envoy", (binary) => {
    playOn(throughEnvoy(binary, "OUTBOUND"));
    playOn(throughMeshAndSidecar(binary));
  });
});
