import { type Clock, MeshError } from "@dualmesh/core";
import type { DataPlane } from "@dualmesh/dataplane";
import type { MeshOptions } from "./mesh-options.ts";

/** Waits for the first complete configuration, as long as the options say. @param why What is known of the reason. */
export async function whenReady(
  dataPlane: DataPlane,
  options: MeshOptions,
  clock: Clock,
  why: () => string,
): Promise<void> {
  const { readyTimeoutMs = 15_000, whenLate = "fail", log } = options;
  const sentence = (): string => {
    const reason = why();
    return `mesh: no complete configuration came within ${readyTimeoutMs} ms${reason === "" ? "" : `: ${reason}`}`;
  };
  let timer: Disposable | undefined;
  const late = new Promise<void>((resolve, reject) => {
    timer = clock.setTimer(() => {
      if (whenLate === "fail") reject(new MeshError("UNAVAILABLE", sentence()));
      else {
        log?.(`${sentence()}; it opens without, and no host is in the mesh until then`);
        resolve();
      }
    }, readyTimeoutMs);
  });
  try {
    await Promise.race([dataPlane.ready, late]);
  } finally {
    timer?.[Symbol.dispose]();
  }
}
