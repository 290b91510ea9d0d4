import type { MessageEncoding } from "@dualmesh/codecs/grpc";
import type { KeepaliveOptions } from "@dualmesh/dataplane";

/** What grpc-js's options say to a channel of ours; the rest is about connections and belongs to the mesh's clusters. */
export interface ChannelSettings {
  /** Instead of the target's name. */
  readonly authority: string | undefined;
  readonly userAgent: string;
  readonly encoding: MessageEncoding;
  readonly maxSendBytes: number;
  readonly maxReceiveBytes: number;
  /** HTTP/2 pings on the connections that calls of this channel use. */
  readonly keepAlive: KeepaliveOptions | undefined;
  /** Between two looks for whoever waits for readiness: the first, and the longest. */
  readonly initialBackoffMs: number;
  readonly maxBackoffMs: number;
}

/** grpc-js's options, as applications write them. */
export type GrpcChannelOptions = Readonly<Record<string, unknown>>;

/** grpc-js's numbers for `grpc.default_compression_algorithm`. */
const ENCODINGS: readonly MessageEncoding[] = ["identity", "deflate", "gzip"];

const DEFAULT_MAX_RECEIVE_BYTES = 4 * 1024 * 1024;

/** Of the form that gRPC over HTTP/2 gives ("User-Agent"), with the variant that tells this channel from grpc-js's. */
const USER_AGENT = "grpc-node-dualmesh/0.1.0";

/** Options that are numbers, each with the least that is one, and with what holds where there is none. */
const NUMBERS = {
  "grpc.default_compression_algorithm": [0, 0],
  "grpc.keepalive_time_ms": [-1, -1],
  "grpc.keepalive_timeout_ms": [1, 20_000],
  "grpc.max_send_message_length": [-1, -1],
  "grpc.max_receive_message_length": [-1, DEFAULT_MAX_RECEIVE_BYTES],
  "grpc.initial_reconnect_backoff_ms": [0, 1_000],
  "grpc.max_reconnect_backoff_ms": [0, 120_000],
} as const satisfies Readonly<Record<string, readonly [least: number, fallback: number]>>;

type NumberOption = keyof typeof NUMBERS;

/**
 * What can be read of the options of an application that does not know of the mesh: grpc-js itself takes the number of a
 * text, and says nothing of what is none or is out of its range.
 */
export function readableOptions(options: GrpcChannelOptions): GrpcChannelOptions {
  const readable: Record<string, unknown> = { ...options };
  for (const [name, [least]] of Object.entries(NUMBERS)) {
    if (readable[name] === undefined) continue;
    const value = Number(readable[name]);
    const most = name === "grpc.default_compression_algorithm" ? ENCODINGS.length - 1 : Number.MAX_VALUE;
    readable[name] = value >= least && value <= most ? value : undefined;
  }
  return readable;
}

/**
 * Reads options as grpc-js does: its names, units and defaults; a limit of -1 is none.
 *
 * @throws {RangeError} naming the option, what was expected, and what came.
 */
export function readChannelOptions(options: GrpcChannelOptions): ChannelSettings {
  const number = (name: NumberOption): number => {
    const [least, fallback] = NUMBERS[name];
    const value = options[name] ?? fallback;
    if (typeof value === "number" && value >= least) return value;
    throw new RangeError(
      `grpc channel: ${name} must be a number from ${least}, got ${JSON.stringify(value)}`,
    );
  };
  const limit = (name: NumberOption): number => {
    const value = number(name);
    return value === -1 ? Number.POSITIVE_INFINITY : value;
  };
  const algorithm = number("grpc.default_compression_algorithm");
  const encoding = ENCODINGS[algorithm];
  if (encoding === undefined) {
    throw new RangeError(
      `grpc channel: grpc.default_compression_algorithm must be 0 (identity), 1 (deflate) or 2 (gzip), got ${algorithm}`,
    );
  }
  const intervalMs = number("grpc.keepalive_time_ms");
  const agents = [
    text(options, "grpc.primary_user_agent"),
    USER_AGENT,
    text(options, "grpc.secondary_user_agent"),
  ];
  return {
    authority: readAuthority(options),
    userAgent: agents.filter((part) => part !== undefined).join(" "),
    encoding,
    maxSendBytes: limit("grpc.max_send_message_length"),
    maxReceiveBytes: limit("grpc.max_receive_message_length"),
    keepAlive:
      intervalMs <= 0
        ? undefined
        : {
            intervalMs,
            timeoutMs: number("grpc.keepalive_timeout_ms"),
            whenIdle: options["grpc.keepalive_permit_without_calls"] === 1,
          },
    initialBackoffMs: number("grpc.initial_reconnect_backoff_ms"),
    maxBackoffMs: number("grpc.max_reconnect_backoff_ms"),
  };
}

/** The name that calls go to instead of the target's. */
export function readAuthority(options: GrpcChannelOptions): string | undefined {
  return text(options, "grpc.default_authority");
}

function text(options: GrpcChannelOptions, name: string): string | undefined {
  const value = options[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}
