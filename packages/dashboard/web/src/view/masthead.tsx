import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Link } from "../mesh-connection.ts";
import { formatRate, formatShare } from "../model/format-figure.ts";
import type { MeshEdge } from "../model/mesh-edges.ts";
import type { Service } from "../model/services.ts";
import { applyTheme, readTheme, type Theme } from "../theme.ts";

export interface MastheadProps {
  readonly link: Link | undefined;
  readonly services: readonly Service[];
  readonly edges: readonly MeshEdge[];
}

/** The name, the mesh in four figures, whether it is live, and the theme. */
export function Masthead({ link, services, edges }: MastheadProps): JSX.Element {
  const rate = edges.reduce((sum, edge) => sum + edge.rate, 0);
  const errors = edges.reduce((sum, edge) => sum + edge.rate * edge.errorShare, 0);
  const sidecar = edges.reduce((sum, edge) => sum + (edge.way === "sidecar" ? edge.rate : 0), 0);
  const instances = services.flatMap(({ versions }) =>
    versions.flatMap((version) => version.instances),
  ).length;
  return (
    <header>
      <h1>Dualmesh</h1>
      <dl class="figures">
        <Figure name="calls/s" value={formatRate(rate)} />
        <Figure name="by sidecar" value={formatShare(rate === 0 ? Number.NaN : sidecar / rate)} />
        <Figure name="errors" value={formatShare(rate === 0 ? Number.NaN : errors / rate)} />
        <Figure name="processes" value={String(instances)} />
      </dl>
      <p class={`link ${link?.up === false ? "down" : ""}`} role="status">
        {linkText(link)}
      </p>
      <ThemeSwitch />
    </header>
  );
}

function Figure({ name, value }: { readonly name: string; readonly value: string }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function linkText(link: Link | undefined): string {
  if (link === undefined) return "connecting …";
  return link.up ? "live" : link.reason;
}

const THEMES: readonly Theme[] = ["auto", "light", "dark"];

function ThemeSwitch(): JSX.Element {
  const [theme, setTheme] = useState(readTheme);
  const choose = (next: Theme): void => {
    applyTheme(next);
    setTheme(next);
  };
  return (
    <fieldset class="theme">
      <legend class="hidden">Colours</legend>
      {THEMES.map((one) => (
        <label key={one}>
          <input type="radio" name="theme" checked={theme === one} onChange={() => choose(one)} />
          <span>{one}</span>
        </label>
      ))}
    </fieldset>
  );
}
