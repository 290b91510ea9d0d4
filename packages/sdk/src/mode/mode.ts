import { MeshError } from "@dualmesh/core";

/** Where the chain runs: in the process, in a sidecar beside it, or in the sidecar while there is one. */
export type Mode = "direct" | "sidecar" | "auto";

/** What happens to calls that were for the sidecar when it is gone: on in the process, or refused. */
export type OnSidecarLoss = "direct" | "fail";

/**
 * @param subject what stands in front of a problem.
 * @throws {MeshError} `INVALID_ARGUMENT` naming what was expected.
 */
export function parseMode(text: string | undefined, subject = "MESH_MODE"): Mode {
  switch (text) {
    case undefined:
    case "":
    case "auto":
      return "auto";
    case "direct":
    case "sidecar":
      return text;
    default:
      throw new MeshError("INVALID_ARGUMENT", `${subject}: expected direct, sidecar or auto, got "${text}"`);
  }
}

/**
 * The default is `direct` in mode auto and `fail` in mode sidecar: who asked for the sidecar alone wants no other path.
 *
 * @param subject what stands in front of a problem.
 * @throws {MeshError} `INVALID_ARGUMENT` naming what was expected.
 */
export function parseOnSidecarLoss(
  text: string | undefined,
  mode: Mode,
  subject = "MESH_ON_SIDECAR_LOSS",
): OnSidecarLoss {
  switch (text) {
    case undefined:
    case "":
      return mode === "sidecar" ? "fail" : "direct";
    case "direct":
    case "fail":
      return text;
    default:
      throw new MeshError("INVALID_ARGUMENT", `${subject}: expected direct or fail, got "${text}"`);
  }
}
