import { codeFromNumber, OWN_CONNECTION } from "@dualmesh/core";
import type { ChannelCredentials, ChannelOptions, Client, ClientDuplexStream, Metadata } from "@grpc/grpc-js";
import { inBackground } from "./background-sockets.ts";
import { createKeepalive } from "./keepalive.ts";
import { readTls } from "./read-tls.ts";
import type { OpenXdsStream, XdsStream, XdsStreamHandlers, XdsStreamStatus } from "./xds-stream.ts";
import type { XdsTarget } from "./xds-target.ts";

export interface GrpcStreamOptions {
  /** Longer messages end the stream. Bytes. */
  readonly maxMessageBytes: number;
  /**
   * How often to ping a server that says nothing, so that one which hangs is noticed. Milliseconds. Default 30,000, which
   * Istio and Envoy's examples allow. For a server that complains of too many pings it is doubled.
   */
  readonly keepaliveMs?: number;
  /** How long an answer to a ping may take. Milliseconds. Default 10,000. */
  readonly keepaliveTimeoutMs?: number;
}

/** grpc-js costs some 40 ms and 8 MB to load: not before a stream is wanted. */
type GrpcModule = typeof import("@grpc/grpc-js");
type Channel = ReturnType<Client["getChannel"]>;

const METHOD = "/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources";

/**
 * Opens ADS streams by gRPC; messages are passed on as bytes. Every stream has a channel, and so a connection, of its own.
 * None of them keeps the process alive.
 */
export function openGrpcStream(options: GrpcStreamOptions): OpenXdsStream {
  const keepalive = createKeepalive(options.keepaliveMs ?? 30_000);
  return (target, handlers) => {
    const { address } = target;
    const stream = new GrpcStream({
      onOpen: () => handlers.onOpen(),
      onMessage: (bytes) => handlers.onMessage(bytes),
      onEnd(status) {
        keepalive.ended(address, status);
        handlers.onEnd(status);
      },
    });
    void stream.start(target, { ...options, keepaliveMs: keepalive.intervalMs(address) });
    return stream;
  };
}

/** One channel with one call on it. */
class GrpcStream implements XdsStream {
  readonly #handlers: XdsStreamHandlers;
  #client: Client | undefined;
  #call: ClientDuplexStream<Uint8Array, Uint8Array> | undefined;
  #over = false;

  constructor(handlers: XdsStreamHandlers) {
    this.#handlers = handlers;
  }

  async start(target: XdsTarget, options: GrpcStreamOptions): Promise<void> {
    try {
      const grpc = await import("@grpc/grpc-js");
      const credentials = await createCredentials(grpc, target);
      if (this.#over) return;
      inBackground(() => {
        const client = new grpc.Client(addressOf(target), credentials, {
          ...channelOptions(target, options),
          [OWN_CONNECTION]: true,
        });
        this.#open(grpc, client, metadataOf(grpc, target));
      });
    } catch (error) {
      this.#finish({ code: "UNAVAILABLE", message: (error as Error).message });
    }
  }

  send(bytes: Uint8Array): void {
    if (!this.#over) this.#call?.write(bytes);
  }

  pause(): void {
    this.#call?.pause();
  }

  resume(): void {
    this.#call?.resume();
  }

  end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#call?.cancel();
    this.#client?.close();
  }

  #open(grpc: GrpcModule, client: Client, metadata: Metadata): void {
    this.#client = client;
    const call = client.makeBidiStreamRequest(METHOD, asBuffer, asIs, metadata);
    this.#call = call;
    call.on("data", (bytes: Uint8Array) => {
      if (!this.#over) this.#handlers.onMessage(bytes);
    });
    call.on("status", ({ code, details }) =>
      this.#finish({ code: codeFromNumber(code), message: code === grpc.status.OK ? "" : details }),
    );
    // Every end is told by the status; the event is here because an error without a listener ends the process.
    call.on("error", () => {});
    this.#awaitReady(grpc, client.getChannel());
  }

  /** Response headers come only with the first response, so that the channel has to say when the peer is there. */
  #awaitReady(grpc: GrpcModule, channel: Channel): void {
    if (this.#over) return;
    const state = channel.getConnectivityState(true);
    if (state === grpc.connectivityState.READY) this.#handlers.onOpen();
    else if (state !== grpc.connectivityState.SHUTDOWN) {
      // The call ends by itself if the channel fails, so that this needs no deadline.
      channel.watchConnectivityState(state, Number.POSITIVE_INFINITY, () => this.#awaitReady(grpc, channel));
    }
  }

  #finish(status: XdsStreamStatus): void {
    if (this.#over) return;
    this.#over = true;
    this.#client?.close();
    this.#handlers.onEnd(status);
  }
}

function addressOf(target: XdsTarget): string {
  return target.kind === "unix" ? `unix:${target.address}` : `dns:${target.address}`;
}

function metadataOf(grpc: GrpcModule, target: XdsTarget): Metadata {
  const metadata = new grpc.Metadata();
  for (const [name, value] of target.metadata ?? []) metadata.add(name, value);
  return metadata;
}

function channelOptions(target: XdsTarget, options: GrpcStreamOptions): ChannelOptions {
  const { maxMessageBytes, keepaliveMs = 30_000, keepaliveTimeoutMs = 10_000 } = options;
  const { authority, tls } = target;
  return {
    "grpc.max_receive_message_length": maxMessageBytes,
    "grpc.max_send_message_length": -1,
    "grpc.keepalive_time_ms": keepaliveMs,
    "grpc.keepalive_timeout_ms": keepaliveTimeoutMs,
    // One connection for one stream: nothing to share, nothing left over, no second back-off below ours.
    "grpc.use_local_subchannel_pool": 1,
    "grpc.enable_retries": 0,
    "grpc.enable_channelz": 0,
    "grpc.service_config_disable_resolution": 1,
    // The proxy would be read from the environment.
    "grpc.enable_http_proxy": 0,
    ...(authority === undefined ? {} : { "grpc.default_authority": authority }),
    ...(tls?.serverName === undefined ? {} : { "grpc.ssl_target_name_override": tls.serverName }),
  };
}

async function createCredentials(grpc: GrpcModule, target: XdsTarget): Promise<ChannelCredentials> {
  if (target.tls === undefined) return grpc.credentials.createInsecure();
  const { trustedCa, privateKey, certificateChain } = await readTls(target.tls);
  return grpc.credentials.createSsl(trustedCa, privateKey, certificateChain);
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function asIs(bytes: Buffer): Uint8Array {
  return bytes;
}
