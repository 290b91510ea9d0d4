import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { LoggedCall } from "../model/call-log.ts";
import { type ExplainStep, explainCall } from "../model/explain-call.ts";
import type { OverviewWorkload } from "../model/overview.ts";

export interface ExplainPanelProps {
  readonly call: LoggedCall;
  readonly workloads: readonly OverviewWorkload[];
  readonly onClose: () => void;
}

/** Why one call went where it went, as steps. */
export function ExplainPanel({ call, workloads, onClose }: ExplainPanelProps): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  // Whoever chose a call by keyboard or by ear is led to what came of it.
  useEffect(() => heading.current?.focus(), [call.key]);
  return (
    <article class="explain" aria-labelledby="explain-title">
      <h3 id="explain-title" tabIndex={-1} ref={heading}>
        Why {call.method} {call.authority}
        {call.path} went where it went
      </h3>
      <ol>
        {explainCall(call, workloads).map((step, index) => (
          <Step key={`${step.title} ${index}`} step={step} />
        ))}
      </ol>
      <button type="button" class="action" onClick={onClose}>
        Close, and let the list go on
      </button>
    </article>
  );
}

function Step({ step: { title, text, details } }: { readonly step: ExplainStep }): JSX.Element {
  return (
    <li>
      <strong>{title}</strong>
      <span class="text">{text}</span>
      {details.length === 0 ? null : (
        <ul>
          {details.map(({ verdict, what, reason }) => (
            <li key={`${verdict} ${what}`} class={`verdict ${verdict}`}>
              <span class="word">{verdict}</span> <span class="name">{what}</span>
              {reason === "" ? null : <span class="quiet"> {reason}</span>}
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}
