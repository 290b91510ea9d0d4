import type { JSX } from "preact";
import { drawEdgeLines, type EdgeLabel, type EdgeLine } from "../model/edge-lines.ts";
import { formatRate, formatShare } from "../model/format-figure.ts";
import { type Direction, type LayoutOptions, layoutBoxes, type Rectangle } from "../model/layout.ts";
import type { MeshEdge } from "../model/mesh-edges.ts";
import { type Service, type ServiceVersion, targetOf } from "../model/services.ts";
import { useWidth } from "./use-width.ts";
import { WayMark } from "./way-mark.tsx";

export interface MeshGraphProps {
  readonly services: readonly Service[];
  readonly edges: readonly MeshEdge[];
  readonly selected: string | undefined;
  readonly onSelect: (key: string) => void;
}

/** Room around the picture. Pixels. */
const MARGIN = 8;

/** Below, calls flow downwards. Pixels. */
const NARROW = 620;

/** The mesh as a picture. Hidden from screen readers: the table beside it says the same in words. */
export function MeshGraph({ services, edges, selected, onSelect }: MeshGraphProps): JSX.Element {
  const [ref, width] = useWidth<HTMLDivElement>();
  const direction: Direction = width < NARROW ? "down" : "right";
  const boxes = services.map(({ name, versions }) => ({
    id: name,
    cells: versions.map(({ cluster }) => cluster),
  }));
  const links = edges.map((edge) => ({ from: edge.from, to: targetOf(edge) }));
  const layout = layoutBoxes(boxes, links, optionsFor(direction, width));
  const { lines, labels } = drawEdgeLines(edges, layout, direction);
  const size = { width: layout.width + 2 * MARGIN, height: layout.height + 2 * MARGIN };
  return (
    <section class="graph" aria-hidden="true">
      <div class="canvas" ref={ref}>
        {width === 0 || services.length === 0 ? null : (
          <svg aria-hidden="true" {...size} viewBox={`${-MARGIN} ${-MARGIN} ${size.width} ${size.height}`}>
            <defs>
              {["direct", "sidecar", "idle"].map((kind) => (
                <marker
                  key={kind}
                  id={`head-${kind}`}
                  class={`head ${kind}`}
                  viewBox="0 0 10 10"
                  refX="1"
                  refY="5"
                  markerWidth="11"
                  markerHeight="11"
                  markerUnits="userSpaceOnUse"
                  orient="auto"
                >
                  <path d="M0 0L10 5L0 10z" />
                </marker>
              ))}
            </defs>
            {lines.map((line) => (
              <Line
                key={line.key}
                line={line}
                isSelected={selected !== undefined && line.pairKeys.includes(selected)}
                onSelect={onSelect}
              />
            ))}
            {services.map((service) => (
              <ServiceBox
                key={service.name}
                service={service}
                box={layout.boxes.get(service.name) as Rectangle}
                cells={layout.cells}
              />
            ))}
            {labels.map((label) => (
              <Label key={label.key} label={label} />
            ))}
          </svg>
        )}
      </div>
      <p class="legend">
        <WayMark way="direct" /> in the application’s process <WayMark way="sidecar" /> through its sidecar
        <span class="quiet">thicker: more calls</span>
      </p>
    </section>
  );
}

function optionsFor(direction: Direction, width: number): LayoutOptions {
  const isRight = direction === "right";
  return {
    direction,
    width: width - 2 * MARGIN,
    cellWidth: isRight ? 184 : 142,
    cellHeight: 50,
    titleHeight: 28,
    layerGap: isRight ? 90 : 64,
    boxGap: isRight ? 32 : 16,
  };
}

interface LineProps {
  readonly line: EdgeLine;
  readonly isSelected: boolean;
  readonly onSelect: (key: string) => void;
}

/** A sidecar's line is double: a broad stroke with the paper's colour along its middle. */
function Line({ line, isSelected, onSelect }: LineProps): JSX.Element {
  const { way, path, thickness, isIdle, edgeKey } = line;
  const kind = isIdle ? "idle" : way;
  const isDouble = way === "sidecar" && !isIdle;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the picture is hidden from assistive technology; the table has buttons.
    <g class={`line ${kind} ${isSelected ? "selected" : ""}`} onClick={() => onSelect(edgeKey)}>
      <path class="halo" d={path} stroke-width={thickness + 12} />
      <path d={path} stroke-width={isDouble ? thickness + 3 : thickness} marker-end={`url(#head-${kind})`} />
      {isDouble ? (
        <path class="middle" d={path} stroke-width={Math.max(1.4, (thickness + 3) * 0.38)} />
      ) : null}
    </g>
  );
}

function Label({ label: { x, y, rate, errorShare } }: { readonly label: EdgeLabel }): JSX.Element {
  const text = rate === 0 ? "idle" : `${formatRate(rate)}/s`;
  const errors = errorShare === 0 ? "" : ` ✕ ${formatShare(errorShare)}`;
  const width = (text.length + errors.length) * 7 + 12;
  return (
    <g class="label" transform={`translate(${x} ${y})`}>
      <rect x={-width / 2} y={-10} width={width} height={20} rx={10} />
      <text text-anchor="middle" dy="0.35em">
        {text}
        <tspan class="bad">{errors}</tspan>
      </text>
    </g>
  );
}

interface ServiceBoxProps {
  readonly service: Service;
  readonly box: Rectangle;
  readonly cells: ReadonlyMap<string, Rectangle>;
}

function ServiceBox({ service: { name, versions }, box, cells }: ServiceBoxProps): JSX.Element {
  return (
    <g class="box">
      <rect {...box} rx={6} />
      <text class="title" x={box.x + 12} y={box.y + 19}>
        {short(name, box.width)}
      </text>
      {versions.map((version) => (
        <VersionCell
          key={version.cluster}
          version={version}
          isAlone={versions.length === 1}
          cell={cells.get(version.cluster) as Rectangle}
        />
      ))}
    </g>
  );
}

interface VersionCellProps {
  readonly version: ServiceVersion;
  readonly isAlone: boolean;
  readonly cell: Rectangle;
}

function VersionCell({ version, isAlone, cell }: VersionCellProps): JSX.Element {
  const { cluster, share, instances } = version;
  const processes = `${instances.length} ${instances.length === 1 ? "process" : "processes"}`;
  const first = isAlone ? processes : `${short(cluster, cell.width - 44)}`;
  return (
    <g class="cell" transform={`translate(${cell.x} ${cell.y})`}>
      <path d={`M0 0.5h${cell.width}`} />
      <text x={12} y={19}>
        {first}
      </text>
      {isAlone || Number.isNaN(share) ? null : (
        <text class="share" x={cell.width - 10} y={19} text-anchor="end">
          {formatShare(share)}
        </text>
      )}
      <text class="quiet" x={12} y={36}>
        {modeText(version)}
      </text>
    </g>
  );
}

/** What the processes of a version have beside them. */
function modeText({ instances }: ServiceVersion): string {
  const modes = instances.flatMap(({ mode }) => (mode === undefined ? [] : [mode]));
  if (modes.length === 0) return "tells nothing";
  const present = modes.filter(({ sidecar }) => sidecar === "present").length;
  if (present === 0) return "no sidecar";
  return present === modes.length ? "sidecar beside it" : `sidecar: ${present} of ${modes.length}`;
}

/** What fits into so many pixels. */
function short(text: string, width: number): string {
  const fits = Math.max(4, Math.floor((width - 18) / 7.4));
  return text.length <= fits ? text : `${text.slice(0, fits - 1)}…`;
}
