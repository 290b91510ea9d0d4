import type { StepVerdict } from "@dualmesh/telemetry/observation";
import type { LoggedCall } from "./call-log.ts";
import type { OverviewWorkload } from "./overview.ts";

/** One step of why a call went where it went. */
export interface ExplainStep {
  readonly title: string;
  /** What was decided. */
  readonly text: string;
  /** What else was looked at, in order. */
  readonly details: readonly ExplainDetail[];
}

export interface ExplainDetail {
  readonly verdict: string;
  readonly what: string;
  readonly reason: string;
}

/** The life of a call in steps, as far as its node saw it. */
export function explainCall(
  call: LoggedCall,
  workloads: readonly OverviewWorkload[],
): readonly ExplainStep[] {
  const { explanation } = call;
  return [
    {
      title: "Caller",
      text: `${call.nodeId} called ${call.method} ${call.authority}${call.path} by ${call.protocol}`,
      details: [],
    },
    { title: "Way", text: wayText(call), details: [] },
    ...(explanation === undefined
      ? [{ title: "Route", text: "no listener of this node takes it: nothing to explain", details: [] }]
      : [
          {
            title: "Listener",
            text: `“${explanation.listener}” claims ${explanation.authority}`,
            details: explanation.chain === "" ? [] : [detail("runs", explanation.chain)],
          },
          {
            title: "Virtual host",
            text: chosenText(explanation.domains, "no domain claims it"),
            details: contested(explanation.domains),
          },
          {
            title: "Route",
            text: chosenText(explanation.routes, "no route matches"),
            details: [
              ...contested(explanation.routes),
              ...(explanation.omitted === 0
                ? []
                : [detail("left out", `of domains and routes, ${explanation.omitted} that decided nothing`)]),
            ],
          },
        ]),
    { title: "Cluster", text: clusterText(call), details: [] },
    { title: "Endpoint", text: endpointText(call, workloads), details: [] },
    { title: "Outcome", text: outcomeText(call), details: [] },
  ];
}

/** What else could have been chosen. Where nothing could, the choice says all. */
function contested(steps: readonly StepVerdict[]): readonly ExplainDetail[] {
  return steps.length === 1 && steps[0]?.verdict === "chosen" ? [] : steps;
}

function detail(verdict: string, what: string): ExplainDetail {
  return { verdict, what, reason: "" };
}

function wayText({ kind, way }: LoggedCall): string {
  if (kind === "sidecar") return "sidecar: the chain ran in the sidecar, which tells this";
  return way === "direct"
    ? "direct: the chain ran in the application’s own process"
    : "sidecar: handed to the sidecar; the decision below is by the same tables, which the process keeps";
}

function chosenText(steps: readonly StepVerdict[], none: string): string {
  return steps.find(({ verdict }) => verdict === "chosen")?.what ?? none;
}

function clusterText({ cluster }: LoggedCall): string {
  return cluster === "" ? "chosen by the sidecar, which tells of other calls" : `“${cluster}” was drawn`;
}

function endpointText({ endpoint }: LoggedCall, workloads: readonly OverviewWorkload[]): string {
  if (endpoint === "") return "chosen by the sidecar, or none was asked";
  const owner = workloads.find(({ addresses }) =>
    addresses.some(
      ({ address, port }) => endpoint === `${address}:${port}` || endpoint === `[${address}]:${port}`,
    ),
  );
  if (owner === undefined) return endpoint;
  const found = owner.addresses.find(({ port }) => endpoint.endsWith(`:${port}`));
  const lowest = Math.min(...owner.addresses.map(({ priority }) => priority));
  const isSidecar = owner.addresses.length > 1 && found?.priority === lowest;
  return `${endpoint}: ${isSidecar ? "the sidecar of " : ""}${owner.nodeId}${isSidecar ? "" : " itself"}`;
}

function outcomeText({ status, code, flag, details, attempts, durationMs }: LoggedCall): string {
  const answer = status === 0 ? `no answer (${code})` : `${status} ${code}`;
  return [
    answer,
    ...(flag === "" ? [] : [`flag ${flag}`]),
    details,
    attempts === 1 ? "1 attempt" : `${attempts} attempts`,
    `${durationMs.toFixed(durationMs < 10 ? 1 : 0)} ms`,
  ]
    .filter((part) => part !== "")
    .join(", ");
}
