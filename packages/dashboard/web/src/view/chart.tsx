import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import UPlot from "uplot";
import { useWidth } from "./use-width.ts";

export interface ChartLine {
  readonly name: string;
  /** Names the colour: `direct`, `sidecar`, `bad`, `warn`. */
  readonly className: string;
  readonly values: readonly (number | null)[];
  readonly isDashed?: boolean;
}

export interface ChartProps {
  /** What there is to see, in words. */
  readonly label: string;
  readonly title: string;
  readonly seconds: readonly number[];
  readonly lines: readonly ChartLine[];
  readonly format: (value: number) => string;
}

const HEIGHT = 132;

/** Lines over time. The picture has a label in words; its legend is text. */
export function Chart({ label, title, seconds, lines, format }: ChartProps): JSX.Element {
  const [ref, width] = useWidth<HTMLDivElement>();
  const plot = useRef<UPlot | undefined>(undefined);
  const scheme = useScheme();
  const looks = lines.map(({ className, isDashed }) => `${className}${isDashed ?? false}`).join();
  useEffect(() => {
    const element = ref.current;
    if (element === null || width === 0) return undefined;
    plot.current = new UPlot(
      plotOptions({ lines, format, width, element }),
      plotData(seconds, lines),
      element,
    );
    return () => plot.current?.destroy();
    // Colours are read when a plot is made: another scheme, or another way, needs another one.
  }, [width, scheme, looks]);
  useEffect(() => plot.current?.setData(plotData(seconds, lines)), [seconds, lines]);
  return (
    <figure class="chart">
      <figcaption>
        {title}
        {lines.map(({ name, className, isDashed }) => (
          <span key={name} class={`key ${className} ${isDashed === true ? "dashed" : ""}`}>
            {name}
          </span>
        ))}
      </figcaption>
      <div ref={ref} role="img" aria-label={label} />
    </figure>
  );
}

function plotData(seconds: readonly number[], lines: readonly ChartLine[]): UPlot.AlignedData {
  return [[...seconds], ...lines.map(({ values }) => [...values])];
}

interface PlotParts {
  readonly lines: readonly ChartLine[];
  readonly format: (value: number) => string;
  readonly width: number;
  readonly element: HTMLElement;
}

function plotOptions({ lines, format, width, element }: PlotParts): UPlot.Options {
  const ink = colourOf(element, "quiet");
  const grid = { stroke: colourOf(element, "rule"), width: 1 };
  const axis = { stroke: ink, grid, ticks: { show: false }, font: "11px system-ui, sans-serif" };
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    scales: { y: { range: (_, min, max) => [Math.min(0, min ?? 0), Math.max((max ?? 0) * 1.15, 1)] } },
    axes: [
      { ...axis, space: 70, size: 24, values: (_, ticks) => ticks.map(clockText) },
      { ...axis, space: 34, size: 56, values: (_, ticks) => ticks.map((tick) => format(tick)) },
    ],
    series: [
      {},
      ...lines.map(({ className, isDashed }) => ({
        stroke: colourOf(element, className),
        width: 2,
        spanGaps: false,
        points: { show: false },
        ...(isDashed === true ? { dash: [5, 4] } : {}),
      })),
    ],
  };
}

function clockText(seconds: number): string {
  return new Date(seconds * 1_000).toTimeString().slice(0, 8);
}

/** A colour of the style sheet as a canvas understands it: resolved, by an element that has it. */
function colourOf(parent: HTMLElement, className: string): string {
  const probe = document.createElement("span");
  probe.className = `ink ${className}`;
  parent.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** Changes with the colour scheme, whoever chose it. */
function useScheme(): string {
  const [scheme, setScheme] = useState("");
  useEffect(() => {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const look = (): void => setScheme(`${dark.matches} ${document.documentElement.dataset["theme"] ?? ""}`);
    look();
    dark.addEventListener("change", look);
    const observer = new MutationObserver(look);
    observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    return () => {
      dark.removeEventListener("change", look);
      observer.disconnect();
    };
  }, []);
  return scheme;
}
