import type { ConfigWarning } from "@dualmesh/dataplane";
import { type AdminPage, textAnswer } from "./admin-page.ts";

/** `/config_warnings`: what configuration asks for and does not get; a line each. Ours alone. */
export function configWarningsPage(
  bootstrapWarnings: readonly string[],
  warnings: () => readonly ConfigWarning[],
): AdminPage {
  return {
    path: "/config_warnings",
    summary: "configuration that is accepted and has no effect",
    answer() {
      const lines = [
        ...bootstrapWarnings.map((warning) => `bootstrap: ${warning}`),
        ...warnings().map(({ resource, warning }) => `${resource}: ${warning}`),
      ];
      return textAnswer(lines.map((line) => `${line}\n`).join(""));
    },
  };
}
