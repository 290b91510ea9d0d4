import type { JSX } from "preact";
import type { ConfigNode, ConfigType } from "../model/config-nodes.ts";
import type { OverviewProblem } from "../model/overview.ts";
import { hostNode } from "../model/report-history.ts";
import type { Instance, Service } from "../model/services.ts";

export interface ConfigListProps {
  readonly nodes: readonly ConfigNode[];
  readonly problems: readonly OverviewProblem[];
  readonly services: readonly Service[];
}

/** Who has which configuration, and who refused which, in which words. */
export function ConfigList({ nodes, problems, services }: ConfigListProps): JSX.Element {
  const instances = services.flatMap(({ versions }) => versions.flatMap((version) => version.instances));
  return (
    <section class="config" aria-labelledby="config-title">
      <h2 id="config-title">Configuration</h2>
      {problems.length === 0 ? null : (
        <div class="problems" role="alert">
          <strong>The control plane refuses its files; what was served before is still served.</strong>
          <ul>
            {problems.map(({ file, line, message }) => (
              <li key={`${file} ${line} ${message}`}>
                {[file, line].filter((part) => part !== undefined).join(":")} {message}
              </li>
            ))}
          </ul>
        </div>
      )}
      {nodes.length === 0 ? (
        <p class="empty">No node is connected to the control plane.</p>
      ) : (
        <ul class="nodes">
          {nodes.map((node) => (
            <NodeItem
              key={node.id}
              node={node}
              instance={instances.find(({ nodeId }) => hostNode(nodeId) === node.id)}
            />
          ))}
        </ul>
      )}
    </section>
  );
}

interface NodeItemProps {
  readonly node: ConfigNode;
  readonly instance: Instance | undefined;
}

function NodeItem({ node: { id, cluster, streams, types }, instance }: NodeItemProps): JSX.Element {
  const nacks = types.filter(({ nack }) => nack !== undefined);
  return (
    <li class={nacks.length > 0 ? "refuses" : ""}>
      <h3>
        <span class="name">{id}</span>
        <span class="quiet">
          {cluster === id ? "" : ` of ${cluster}`}
          {streams === 1 ? "" : ` · ${streams} streams`}
        </span>
      </h3>
      {instance?.mode === undefined ? null : <p class="mode">{modeSentence(instance)}</p>}
      <ul class="types">
        {types.map((type) => (
          <TypeChip key={type.name} type={type} />
        ))}
      </ul>
      {nacks.map(({ name, nack }) => (
        <p key={name} class="refusal">
          <strong>{name} refused:</strong> {nack?.error}
        </p>
      ))}
    </li>
  );
}

function TypeChip({ type: { name, verdict, version } }: { readonly type: ConfigType }): JSX.Element {
  return (
    <li class={verdict.toLowerCase()}>
      <span aria-hidden="true">{verdict === "ACK" ? "✓" : verdict === "NACK" ? "✕" : "…"}</span> {name}{" "}
      {verdict}
      {version === "" ? null : <span class="quiet"> {version.slice(0, 8)}</span>}
    </li>
  );
}

function modeSentence({ mode, arrivesBySidecar }: Instance): string {
  if (mode === undefined) return "";
  const { mode: name, sidecar, sidecarDetail, sidecarPercent } = mode;
  const wanted = sidecarPercent === undefined ? "" : `, ${sidecarPercent} % asked for by a runtime key`;
  const beside =
    sidecar === "present"
      ? `${sidecarDetail} beside it`
      : sidecar === "draining"
        ? "its sidecar drains"
        : "no sidecar";
  const comes = Number.isNaN(arrivesBySidecar)
    ? ""
    : `; ${arrivesBySidecar === 0 ? "called directly" : arrivesBySidecar === 1 ? "called through it" : `${Math.round(arrivesBySidecar * 100)} % of the calls to it through it`}`;
  return `mode ${name}${wanted}; ${beside}${comes}`;
}
