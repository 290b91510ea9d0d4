import type { JSX } from "preact";
import { formatShare } from "../model/format-figure.ts";
import type { Service } from "../model/services.ts";

/** How the calls to a service part among its versions, seen and not asked for. */
export function SplitBars({ services }: { readonly services: readonly Service[] }): JSX.Element | null {
  const split = services.filter(({ versions }) => versions.length > 1);
  if (split.length === 0) return null;
  return (
    <section aria-labelledby="split-title">
      <h2 id="split-title">Versions</h2>
      {split.map(({ name, versions }) => (
        <div key={name} class="split">
          <h3 class="name">{name}</h3>
          <ul>
            {versions.map(({ cluster, share }, index) => (
              <li key={cluster}>
                <span class="name">{cluster}</span>
                <span class="bar" aria-hidden="true">
                  <span class={`part part-${index % 4}`} style={{ inlineSize: `${(share || 0) * 100}%` }} />
                </span>
                <span class="figure">{formatShare(share)}</span>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
}
