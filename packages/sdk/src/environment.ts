import { tmpdir } from "node:os";
import { MeshError } from "@dualmesh/core";
import type { EndpointAddress } from "@dualmesh/dataplane";
import { chooseGrpcBootstrap } from "@dualmesh/xds/bootstrap";
import type { BootstrapInput } from "./bootstrap.ts";
import { type Mode, type OnSidecarLoss, parseMode, parseOnSidecarLoss } from "./mode/mode.ts";
import { parseSidecarAddress, runtimeFolder } from "./mode/sidecar-address.ts";

/** What becomes of calls to hosts that no route claims. */
export type OutboundPolicy = "allow_any" | "registry_only";

/** The settings that the environment of a process holds. */
export interface MeshEnvironment {
  readonly mode: Mode;
  readonly onSidecarLoss: OnSidecarLoss;
  readonly outbound: OutboundPolicy;
  /** The bootstrap file, the same as the sidecar's and Envoy's; or gRPC's. */
  readonly bootstrap: BootstrapInput;
  readonly sidecar: EndpointAddress | undefined;
  /** The control plane's admin listener, which keeps the list of workloads. */
  readonly registry: EndpointAddress | undefined;
  /** Modules with extensions. */
  readonly extensions: readonly string[];
  readonly runtimeFolder: string;
}

/**
 * Reads the variables of a process; a pure function of what it is given.
 *
 * @throws {MeshError} `INVALID_ARGUMENT` naming the variable, what was expected, and what came.
 */
export function readEnvironment(
  variables: Readonly<Record<string, string | undefined>>,
  uid: number,
): MeshEnvironment {
  const mode = parseMode(variables["MESH_MODE"]);
  const given = (name: string): string | undefined => (variables[name] === "" ? undefined : variables[name]);
  const sidecar = given("MESH_SIDECAR");
  const registry = given("MESH_REGISTRY");
  return {
    mode,
    onSidecarLoss: parseOnSidecarLoss(variables["MESH_ON_SIDECAR_LOSS"], mode),
    outbound: parseOutbound(variables["MESH_OUTBOUND"]),
    bootstrap: bootstrapOf(
      given("MESH_BOOTSTRAP"),
      given("GRPC_XDS_BOOTSTRAP"),
      given("GRPC_XDS_BOOTSTRAP_CONFIG"),
    ),
    sidecar: sidecar === undefined ? undefined : parseSidecarAddress("MESH_SIDECAR", sidecar),
    registry: registry === undefined ? undefined : parseSidecarAddress("MESH_REGISTRY", registry),
    extensions: (given("MESH_EXTENSIONS") ?? "").split(",").filter((one) => one.trim() !== ""),
    runtimeFolder: runtimeFolder({ xdgRuntimeDir: variables["XDG_RUNTIME_DIR"], tmpdir: tmpdir(), uid }),
  };
}

/** Ours wins, since whoever sets it means this mesh; then gRPC's, in gRPC's order. */
function bootstrapOf(
  file: string | undefined,
  grpcFile: string | undefined,
  grpcText: string | undefined,
): BootstrapInput {
  if (file !== undefined) return file;
  const grpc = chooseGrpcBootstrap(grpcFile, grpcText);
  if (grpc !== undefined) return { grpc };
  throw new MeshError(
    "INVALID_ARGUMENT",
    "MESH_BOOTSTRAP: expected the path of a bootstrap file, it is not set",
  );
}

function parseOutbound(text: string | undefined): OutboundPolicy {
  switch (text) {
    case undefined:
    case "":
    case "allow_any":
      return "allow_any";
    case "registry_only":
      return "registry_only";
    default:
      throw new MeshError(
        "INVALID_ARGUMENT",
        `MESH_OUTBOUND: expected allow_any or registry_only, got "${text}"`,
      );
  }
}
