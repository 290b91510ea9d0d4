import type { CallWay } from "@dualmesh/telemetry/observation";
import type { JSX } from "preact";

/** A way in word and line: one stroke for direct, two for a sidecar, so that no colour is needed to tell. */
export function WayMark({ way }: { readonly way: CallWay }): JSX.Element {
  return (
    <span class={`way ${way}`}>
      <svg viewBox="0 0 22 10" width="22" height="10" aria-hidden="true">
        {way === "direct" ? (
          <path d="M1 5h20" stroke-width="2.5" />
        ) : (
          <path d="M1 3h20M1 7h20" stroke-width="1.6" />
        )}
      </svg>
      {way}
    </span>
  );
}
