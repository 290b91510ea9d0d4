import { localReply, type Request, type Response, type Service } from "@dualmesh/core";
import type {
  Direction,
  EndpointAddress,
  FilterChainPlan,
  Listener,
  ListenerPlan,
} from "@dualmesh/dataplane";

/** One list for all: another would be another choice of protocols. */
const NO_CODECS: readonly never[] = [];

export interface StubOptions {
  readonly address?: EndpointAddress;
  readonly direction?: Direction;
  readonly service?: Service<Request, Response>;
  readonly bind?: boolean;
  readonly maxHeadBytes?: number;
  /** The port that its one chain is for. Default: any. */
  readonly destinationPort?: number;
}

/** A listener without a data plane: answers with its name, or by `service`. Its plan may be replaced. */
export interface StubListener extends Listener {
  change(options: StubOptions): void;
}

export const LOOPBACK: EndpointAddress = { kind: "tcp", host: "127.0.0.1", port: 0 };

export function stubListener(name: string, options: StubOptions = {}): StubListener {
  let current: StubOptions = options;
  const answer: Service<Request, Response> = (request, call) =>
    current.service?.(request, call) ??
    Promise.resolve({ ...localReply({ status: 200, details: "stub", body: name }) });
  return {
    name,
    get plan() {
      return planOf(name, current);
    },
    service: () => answer,
    serviceOf: () => answer,
    before: (app) => app,
    serves: () => true,
    claims: () => false,
    clusters: () => new Set(),
    routes: () => undefined,
    change(changed) {
      current = { ...current, ...changed };
    },
  };
}

function planOf(name: string, options: StubOptions): ListenerPlan {
  const {
    address = LOOPBACK,
    direction = "unspecified",
    bind = true,
    maxHeadBytes = 61_440,
    destinationPort,
  } = options;
  // Of a connection manager only what the parser of a connection and the signature of answers need.
  const http = {
    maxHeadBytes,
    requestHeadersTimeoutMs: 60_000,
    idleTimeoutMs: 3_600_000,
    server: { name: "stub", when: "never" },
    envoyFields: false,
  } as FilterChainPlan["http"];
  const chain: FilterChainPlan = {
    name: "",
    key: destinationPort === undefined ? "any connection" : `port ${destinationPort}`,
    isDefault: false,
    destinationPort,
    serverNames: [],
    transport: undefined,
    tls: undefined,
    handshakeTimeoutMs: 0,
    http,
  };
  return {
    name,
    address,
    direction,
    bind,
    chains: [chain],
    codecs: NO_CODECS,
    inspects: false,
    inspectionTimeoutMs: 0,
  };
}
