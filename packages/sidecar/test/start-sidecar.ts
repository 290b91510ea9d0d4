import type { EndpointAddress } from "@dualmesh/dataplane";
import { onTestFinished } from "vitest";
import { createSidecar, type Sidecar, type SidecarEvent, type SidecarOptions } from "../src/index.ts";

export interface Started {
  readonly sidecar: Sidecar;
  readonly events: readonly SidecarEvent[];
  readonly admin: EndpointAddress;
  readonly addressOf: (listener: string) => EndpointAddress;
}

/** A sidecar that ends with the test. */
export async function startSidecar(options: SidecarOptions): Promise<Started> {
  const events: SidecarEvent[] = [];
  const sidecar = await createSidecar({ log: (event) => events.push(event), ...options });
  onTestFinished(() => sidecar.close({ drainTimeMs: 0 }));
  return {
    sidecar,
    events,
    admin: sidecar.admin as EndpointAddress,
    addressOf(name) {
      const found = sidecar.listeners.find((listener) => listener.name === name);
      if (found === undefined) throw new Error(`${name} is not open`);
      return found.address;
    },
  };
}
