import type { JSX } from "preact";
import { formatMs, formatRate, formatShare } from "../model/format-figure.ts";
import type { MeshEdge } from "../model/mesh-edges.ts";
import { targetOf } from "../model/services.ts";
import { WayMark } from "./way-mark.tsx";

export interface EdgeTableProps {
  readonly edges: readonly MeshEdge[];
  readonly selected: string | undefined;
  readonly onSelect: (key: string) => void;
}

/** The picture in words and figures. On a narrow screen each row is a card. */
export function EdgeTable({ edges, selected, onSelect }: EdgeTableProps): JSX.Element {
  return (
    <section class="edges" id="edges" aria-labelledby="edges-title">
      <h2 id="edges-title">Who calls whom</h2>
      {edges.length === 0 ? (
        <p class="empty">No calls yet. Nodes begin to report some seconds after this page is opened.</p>
      ) : (
        <table aria-labelledby="edges-title">
          <thead>
            <tr>
              {HEADS.map(([head, long]) => (
                <th key={head} scope="col">
                  {long === "" ? head : <abbr title={long}>{head}</abbr>}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {edges.map((edge) => (
              <EdgeRow key={edge.key} edge={edge} isSelected={edge.key === selected} onSelect={onSelect} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

const HEADS: readonly (readonly [string, string])[] = [
  ["caller and callee", ""],
  ["way", ""],
  ["protocol", ""],
  ["calls/s", "calls a second that ended"],
  ["errors", "no answer, 500 and above, or a gRPC status that is not OK"],
  ["p50", "half of the calls were faster"],
  ["p95", "95 of 100 calls were faster"],
  ["p99", "99 of 100 calls were faster"],
  ["retries/s", "attempts beyond the first, a second"],
];

interface EdgeRowProps {
  readonly edge: MeshEdge;
  readonly isSelected: boolean;
  readonly onSelect: (key: string) => void;
}

function EdgeRow({ edge, isSelected, onSelect }: EdgeRowProps): JSX.Element {
  const { key, from, way, protocol, rate, errorShare, p50Ms, p95Ms, p99Ms, retryRate } = edge;
  const isIdle = rate === 0;
  return (
    <tr class={`${isSelected ? "selected" : ""} ${isIdle ? "idle" : ""}`}>
      <th scope="row">
        <button type="button" aria-pressed={isSelected} onClick={() => onSelect(key)}>
          <span class="name">{from}</span> <span aria-hidden="true">→</span>
          <span class="hidden"> to </span> <span class="name">{targetOf(edge)}</span>
        </button>
      </th>
      <td data-label="way">
        <WayMark way={way} />
      </td>
      <td data-label="protocol">{protocol}</td>
      <Cell label="calls/s" text={isIdle ? "idle" : formatRate(rate)} />
      <Cell label="errors" text={isIdle ? "–" : formatShare(errorShare)} isBad={errorShare > 0} />
      <Cell label="p50" text={formatMs(p50Ms)} />
      <Cell label="p95" text={formatMs(p95Ms)} />
      <Cell label="p99" text={formatMs(p99Ms)} />
      <Cell label="retries/s" text={isIdle ? "–" : formatRate(retryRate)} />
    </tr>
  );
}

interface CellProps {
  readonly label: string;
  readonly text: string;
  readonly isBad?: boolean;
}

function Cell({ label, text, isBad = false }: CellProps): JSX.Element {
  return (
    <td data-label={label} class={`figure ${isBad ? "bad" : ""}`}>
      {text}
    </td>
  );
}
