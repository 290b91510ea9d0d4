/** `0`, `0.4`, `12`, `1.2k`: calls a second. */
export function formatRate(rate: number): string {
  if (rate >= 10_000) return `${(rate / 1_000).toFixed(0)}k`;
  if (rate >= 1_000) return `${(rate / 1_000).toFixed(1)}k`;
  return rate === 0 || rate >= 10 ? rate.toFixed(0) : rate.toFixed(1);
}

/** `0.8 ms`, `12 ms`, `1.20 s`; `–` for what is not known. */
export function formatMs(ms: number): string {
  if (Number.isNaN(ms)) return "–";
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(2)} s`;
  return `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;
}

/** `0 %`, `0.2 %`, `13 %`; `–` for what is not known. */
export function formatShare(share: number): string {
  if (Number.isNaN(share)) return "–";
  const percent = share * 100;
  return `${percent > 0 && percent < 9.95 ? percent.toFixed(1) : percent.toFixed(0)} %`;
}
