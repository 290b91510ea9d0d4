import { type Attribute, createAttribute } from "@dualmesh/core";
import type { KeepaliveOptions } from "../transport/http2/keepalive.ts";

/** Pings that the maker of a call wants on whatever connection it takes: gRPC's channels have an option for it. */
export const KEEPALIVE: Attribute<KeepaliveOptions | undefined> = createAttribute<
  KeepaliveOptions | undefined
>("keepalive", undefined);
