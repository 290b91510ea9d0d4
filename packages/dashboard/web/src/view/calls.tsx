import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { type LoggedCall, tellingCalls } from "../model/call-log.ts";
import { formatMs } from "../model/format-figure.ts";
import type { OverviewWorkload } from "../model/overview.ts";
import { ExplainPanel } from "./explain-panel.tsx";
import { WayMark } from "./way-mark.tsx";

export interface CallsProps {
  readonly calls: readonly LoggedCall[];
  readonly workloads: readonly OverviewWorkload[];
}

/** Calls in the list. */
const SHOWN = 14;

/** A few calls as examples; the one that is chosen is explained. While one is, the list stands still. */
export function Calls({ calls, workloads }: CallsProps): JSX.Element {
  const [chosen, choose] = useState<LoggedCall | undefined>(undefined);
  const held = useRef<readonly LoggedCall[]>([]);
  if (chosen === undefined) held.current = tellingCalls(calls).slice(0, SHOWN);
  return (
    <section class="calls" aria-labelledby="calls-title">
      <h2 id="calls-title">Calls, and why they went where they went</h2>
      {held.current.length === 0 ? <p class="empty">No call was looked at yet.</p> : null}
      <div class="calls-and-why">
        <ul class="call-list">
          {held.current.map((call) => (
            <li key={call.key}>
              <CallButton
                call={call}
                isChosen={call.key === chosen?.key}
                onPress={() => choose(call.key === chosen?.key ? undefined : call)}
              />
            </li>
          ))}
        </ul>
        {chosen === undefined ? (
          <p class="hint">Choose a call, and see every step of its routing decision.</p>
        ) : (
          <ExplainPanel call={chosen} workloads={workloads} onClose={() => choose(undefined)} />
        )}
      </div>
    </section>
  );
}

interface CallButtonProps {
  readonly call: LoggedCall;
  readonly isChosen: boolean;
  readonly onPress: () => void;
}

function CallButton({ call, isChosen, onPress }: CallButtonProps): JSX.Element {
  const { status, code, method, authority, path, nodeId, way, durationMs, cluster } = call;
  const isBad = status === 0 || status >= 500 || (status === 200 && code !== "OK");
  return (
    <button type="button" class="call" aria-pressed={isChosen} onClick={onPress}>
      <span class={`status ${isBad ? "bad" : ""}`}>{status === 0 ? code : status}</span>
      <span class="what">
        <span class="name">
          {method} {authority}
          {path}
        </span>
        <span class="quiet">
          {nodeId}
          {cluster === "" ? "" : ` → ${cluster}`}
        </span>
      </span>
      <WayMark way={way} />
      <span class="figure">{formatMs(durationMs)}</span>
    </button>
  );
}
