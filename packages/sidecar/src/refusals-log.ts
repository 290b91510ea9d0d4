import { shortTypeName } from "@dualmesh/xds";
import type { KnownResource } from "./ads/accepted-resources.ts";
import type { Log } from "./log.ts";

/** Logs resources that were refused, each reason once; what is good again may be refused anew. */
export class RefusalsLog {
  readonly #log: Log;
  readonly #told = new Map<string, string>();

  constructor(log: Log) {
    this.#log = log;
  }

  look(resources: readonly KnownResource[]): void {
    const seen = new Set<string>();
    for (const { typeUrl, name, state } of resources) {
      const reason =
        state.kind === "invalid"
          ? state.reason
          : state.kind === "present"
            ? state.rejected?.problems.join("; ")
            : undefined;
      if (reason === undefined) continue;
      const resource = `${shortTypeName(typeUrl)} "${name}"`;
      seen.add(resource);
      if (this.#told.get(resource) === reason) continue;
      this.#told.set(resource, reason);
      const kept = state.kind === "present" ? "; the version before it stays" : "";
      this.#log({
        level: "warning",
        kind: "resource-refused",
        message: `${resource} was refused: ${reason}${kept}`,
      });
    }
    for (const resource of this.#told.keys()) if (!seen.has(resource)) this.#told.delete(resource);
  }
}
