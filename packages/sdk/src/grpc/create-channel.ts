import {
  type Call,
  type Clock,
  MeshError,
  type Random,
  type Request,
  type Response,
  type Service,
  type TimerWheel,
} from "@dualmesh/core";
import { type DataPlane, type Listener, MUST_ENCRYPT } from "@dualmesh/dataplane";
import { TYPE_URL } from "@dualmesh/envoy-api";
import type { ModeController } from "../mode/mode-controller.ts";
import { unknownTarget } from "../unclaimed.ts";
import type { GrpcChannel, GrpcChannelCredentials } from "./channel-contract.ts";
import { type GrpcChannelOptions, readAuthority, readChannelOptions } from "./channel-options.ts";
import { MeshChannel } from "./mesh-channel.ts";
import { parseGrpcTarget } from "./target.ts";

/** What channels need of a mesh. */
export interface ChannelMesh {
  readonly dataPlane: DataPlane;
  readonly modes: ModeController;
  /** The listener whose routes claim an authority. */
  readonly outbound: (authority: string) => Listener | undefined;
  readonly service: Service<Request, Response>;
  readonly clock: Clock;
  readonly random: Random;
  /** Holds the deadlines of calls. */
  readonly wheel: TimerWheel;
}

/** Whether calls to a target go through the mesh: its name is claimed, or names a listener. */
export function claimsTarget(
  mesh: Pick<ChannelMesh, "dataPlane"> & {
    readonly claims: (authority: string, scheme: "http" | "https") => boolean;
  },
  target: string,
  credentials: GrpcChannelCredentials | undefined,
  options: GrpcChannelOptions,
): boolean {
  const parsed = parseGrpcTarget(target);
  if (parsed.kind === "foreign") return false;
  if (parsed.kind === "xds" && mesh.dataPlane.listeners.has(parsed.authority)) return true;
  // No more of them: they may be for grpc-js's own channel, and none of our business.
  const authority = readAuthority(options) ?? parsed.authority;
  return mesh.claims(authority, schemeOf(credentials));
}

/** What the application means by its credentials. */
export function schemeOf(credentials: GrpcChannelCredentials | undefined): "http" | "https" {
  return credentials?._isSecure?.() === true ? "https" : "http";
}

/**
 * A channel of grpc-js for a target of the mesh.
 *
 * @throws {MeshError} `INVALID_ARGUMENT` for a target that no mesh can have (an address of another scheme).
 * @throws {RangeError} for an option out of its range.
 */
export function createMeshChannel(
  mesh: ChannelMesh,
  target: string,
  credentials: GrpcChannelCredentials | undefined,
  options: GrpcChannelOptions,
): GrpcChannel {
  const { dataPlane, modes, outbound, clock, random, wheel } = mesh;
  const parsed = parseGrpcTarget(target);
  if (parsed.kind === "foreign") {
    throw new MeshError(
      "INVALID_ARGUMENT",
      `grpc channel: expected a name, "dns:///name" or "xds:///name", got "${target}"`,
    );
  }
  const settings = readChannelOptions(options);
  const { authority } = parsed;
  /** A listener without an address is for clients in this process alone, and is found by its name (gRFC A27). */
  const apiListener = (): Listener | undefined => {
    const listener = parsed.kind === "xds" ? dataPlane.listeners.get(authority) : undefined;
    return listener?.plan.address === undefined ? listener : undefined;
  };
  const service = (request: Request, call: Call): Promise<Response> => {
    const api = apiListener();
    if (api !== undefined) {
      if (request.head.scheme === "https") call.set(MUST_ENCRYPT, true);
      modes.countDirect(call);
      return api.service(0)(request, call);
    }
    if (outbound(request.head.authority) === undefined)
      return Promise.resolve(unknownTarget(target, whyUnknown(dataPlane)));
    return mesh.service(request, call);
  };
  const look = async (): Promise<boolean> => {
    const api = apiListener();
    if (api === undefined && modes.mode !== "direct") {
      if (modes.sidecar.kind === "present") return true;
      if (modes.onSidecarLoss === "fail") return false;
    }
    const name = settings.authority ?? authority;
    const clusters = [...((api ?? outbound(name))?.clusters(name) ?? [])];
    const reached = clusters.map(async (cluster) => dataPlane.cluster(cluster)?.connect());
    return (await Promise.all(reached)).includes(true);
  };
  return new MeshChannel({
    target,
    authority: settings.authority ?? authority,
    settings,
    credentials,
    scheme: schemeOf(credentials),
    service,
    look,
    onChange: (callback) => dataPlane.onChange(callback),
    clock,
    random,
    wheel,
  });
}

/** What is known to be wrong with the listeners and routes that are there, as a clause behind a sentence. */
function whyUnknown({ config }: DataPlane): string {
  const reasons = [TYPE_URL.LDS, TYPE_URL.RDS]
    .flatMap((type) => [...config.all(type).values()])
    .flatMap((adopted) => (adopted.kind === "failed" ? [adopted.reason] : []));
  if (reasons.length > 0) return `; ${reasons.slice(0, MAX_REASONS).join("; ")}`;
  return config.ready ? "" : "; the configuration is not complete yet";
}

/** A status is a sentence and no report. */
const MAX_REASONS = 2;
