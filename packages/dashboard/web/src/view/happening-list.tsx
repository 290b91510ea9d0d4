import type { JSX } from "preact";
import type { Happening } from "../model/happenings.ts";

/** What changed of late, read out as it comes. */
export function HappeningList({ list }: { readonly list: readonly Happening[] }): JSX.Element {
  return (
    <section aria-labelledby="happenings-title">
      <h2 id="happenings-title">What happened</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and a keyboard must be able to. */}
      <div class="happenings" role="log" aria-labelledby="happenings-title" tabIndex={0}>
        <ol>
          {list.length === 0 ? <li class="empty">Nothing since this page was opened.</li> : null}
          {list.map(({ key, atMs, sentence }) => (
            <li key={key}>
              <time dateTime={new Date(atMs).toISOString()}>{new Date(atMs).toTimeString().slice(0, 8)}</time>{" "}
              {sentence}
            </li>
          ))}
        </ol>
      </div>
    </section>
  );
}
