import type { DataPlane, RuntimeLayerSource } from "@dualmesh/dataplane";
import type { JsonValue } from "@dualmesh/envoy-api";
import { type AdminPage, jsonAnswer } from "./admin-page.ts";

/** `/runtime`: Envoy's form, the value of each key that counts. */
export function runtimePage(layers: readonly RuntimeLayerSource[], dataPlane: DataPlane): AdminPage {
  return {
    path: "/runtime",
    summary: "print runtime values",
    answer() {
      const entries = dataPlane.runtime
        .entries()
        .map(([key, value]) => [key, { final_value: asText(value) }]);
      return jsonAnswer({ layers: layers.map(({ name }) => name), entries: Object.fromEntries(entries) });
    },
  };
}

function asText(value: JsonValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
