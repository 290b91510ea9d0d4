import type { Frame } from "@dualmesh/codecs/frame";
import { MeshError } from "@dualmesh/core";

/**
 * A header of a client's first request on a connection of Bolt: it knows command 100, on which Java closes a connection. Whoever
 * passes requests on may carry it to a server that would believe it of the wrong client: such a proxy is to take it away.
 */
export const GOAWAY_HEADER = "dualmesh_goaway";

/**
 * When a server that closes says so on a connection:
 *
 * - `known`: only to peers that have shown to know it, by {@link GOAWAY_HEADER} or a GoAway of their own.
 * - `always`: for protocols whose clients all know it, as Dubbo's do.
 * - `never`: connections are ended behind the last answer, and that is all.
 */
export type GoawayPolicy = "never" | "known" | "always";

/** The first request on a connection. One whose headers have no room for another does not fail for it: it announces nothing. */
export function announcing(frame: Frame): Frame {
  try {
    return frame.withHeader(GOAWAY_HEADER, "1");
  } catch (error) {
    if (!MeshError.is(error)) throw error;
    return frame;
  }
}
