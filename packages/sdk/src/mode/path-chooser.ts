import type { Random } from "@dualmesh/core";
import type { Mode } from "./mode.ts";
import type { Presence } from "./sidecar-presence.ts";

/** The runtime key that holds the percentage of calls (0 to 100) which take the sidecar while the mode allows both. */
export const SIDECAR_PERCENT_KEY = "dualmesh.mode.sidecar_percent";

export type CallPath = "direct" | "sidecar";

export interface PathChooserOptions {
  readonly mode: Mode;
  readonly presence: () => Presence;
  /** The percentage of calls for the sidecar, from runtime; `undefined`: the key is not set. */
  readonly sidecarPercent: () => number | undefined;
  readonly random: Random;
}

/** Decides for one call. A call stays on its path, whatever changes later. */
export type PathChooser = () => CallPath;

/**
 * ```text
 *                       runtime key not set     key = p %
 *  direct               direct                  sidecar for p % of calls, if it is there
 *  sidecar              sidecar                 sidecar for p % of calls
 *  auto                 sidecar if it is there  sidecar for p % of calls, if it is there
 * ```
 * The key moves an application from one world to the other while it runs, a few calls first, in either direction.
 */
export function createPathChooser(options: PathChooserOptions): PathChooser {
  const { mode, presence, sidecarPercent, random } = options;
  return () => {
    const percent = sidecarPercent();
    const wanted = percent === undefined ? mode !== "direct" : percent >= 100 || random() * 100 < percent;
    if (!wanted) return "direct";
    return mode === "sidecar" || presence().kind === "present" ? "sidecar" : "direct";
  };
}
