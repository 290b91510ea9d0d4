import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { MeshConnection } from "../mesh-connection.ts";
import { configNodes } from "../model/config-nodes.ts";
import { Happenings } from "../model/happenings.ts";
import { edgesAt, type MeshEdge } from "../model/mesh-edges.ts";
import { servicesOf } from "../model/services.ts";
import { Actions } from "./actions.tsx";
import { Calls } from "./calls.tsx";
import { ConfigList } from "./config-list.tsx";
import { EdgeCharts } from "./edge-charts.tsx";
import { EdgeTable } from "./edge-table.tsx";
import { HappeningList } from "./happening-list.tsx";
import { Masthead } from "./masthead.tsx";
import { MeshGraph } from "./mesh-graph.tsx";
import { SplitBars } from "./split-bars.tsx";

/** The page: what the mesh does at this moment, from the whole to a single call. */
export function App({ mesh }: { readonly mesh: MeshConnection }): JSX.Element {
  useChanges(mesh);
  const [chosen, choose] = useState<string | undefined>(undefined);
  const happenings = useMemo(() => new Happenings(), []);
  const nowMs = mesh.nowMs();
  const { sources } = mesh.history;
  const edges = edgesAt(sources, nowMs);
  const services = servicesOf(edges, sources, nowMs);
  const nodes = configNodes(mesh.overview.nodes);
  const selected = edges.find(({ key }) => key === chosen);
  // Until somebody chooses, one is chosen and then stays: the busiest one changes too often to be looked at.
  if (selected === undefined && edges.length > 0) choose(busiestOf(edges).key);
  if (mesh.link !== undefined) happenings.look({ edges, nodes, isUp: mesh.link.up }, Date.now());
  return (
    <>
      <a class="skip" href="#edges">
        Skip to the table of calls
      </a>
      <Masthead link={mesh.link} services={services} edges={edges} />
      <main>
        <MeshGraph services={services} edges={edges} selected={selected?.key} onSelect={choose} />
        <div class="side">
          <Actions />
          <SplitBars services={services} />
          <HappeningList list={happenings.list} />
          <ConfigList nodes={nodes} problems={mesh.overview.problems} services={services} />
        </div>
        <EdgeTable edges={edges} selected={selected?.key} onSelect={choose} />
        <EdgeCharts sources={sources} edges={edges} selected={selected} nowMs={nowMs} />
        <Calls calls={mesh.calls} workloads={mesh.overview.workloads} />
      </main>
      <footer>
        Rates and latencies are those of the last five seconds, as callers report them. Nobody reports while
        this page is closed.
      </footer>
    </>
  );
}

function busiestOf(edges: readonly MeshEdge[]): MeshEdge {
  return edges.reduce((best, edge) => (edge.rate > best.rate ? edge : best));
}

/** Draws again when the mesh changed. */
function useChanges(mesh: MeshConnection): void {
  const [, draw] = useState(0);
  useEffect(() => mesh.onChange(() => draw((count) => count + 1)), [mesh]);
}
