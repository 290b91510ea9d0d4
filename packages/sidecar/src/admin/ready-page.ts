import type { SidecarStatus } from "../sidecar-state.ts";
import { type AdminPage, textAnswer } from "./admin-page.ts";

/** `/ready`: Envoy's word in the first line, 200 for `LIVE` and 503 else; below it, what it waits for. */
export function readyPage(status: () => SidecarStatus): AdminPage {
  return {
    path: "/ready",
    summary: "print server state, return 200 if LIVE, otherwise return 503",
    answer() {
      const { state, reason } = status();
      return textAnswer(
        reason === undefined ? `${state}\n` : `${state}\n${reason}\n`,
        state === "LIVE" ? 200 : 503,
      );
    },
  };
}
