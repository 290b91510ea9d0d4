import { get, type IncomingMessage, type ServerResponse } from "node:http";

/** Between two attempts to reach a control plane that is away. Milliseconds. */
const RETRY_MS = 1_000;

/** A page that lags behind by so much is let go; its browser comes back. Bytes. */
const MAX_LAG_BYTES = 16 * 1024 * 1024;

/** An event is never that long. Characters. */
const MAX_EVENT_CHARACTERS = 16 * 1024 * 1024;

/**
 * Passes the control plane's stream on to one page, event by event, for as long as the page stays. While the control plane is
 * away the page is told so, by an event `link` (`{"up":false,"reason":…}`), and the stream goes on when it is back.
 */
export function relayStream(response: ServerResponse, controlPlane: URL): void {
  let upstream: ReturnType<typeof get> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let told = "";
  const send = (text: string): void => {
    if (response.writableLength > MAX_LAG_BYTES) response.destroy();
    else response.write(text);
  };
  const tell = (link: { readonly up: boolean; readonly reason: string }): void => {
    const text = JSON.stringify(link);
    if (text !== told) send(`event: link\ndata: ${text}\n\n`);
    told = text;
  };
  const connect = (): void => {
    const lost = (reason: string): void => {
      if (response.destroyed || timer !== undefined) return;
      tell({ up: false, reason });
      timer = setTimeout(() => {
        timer = undefined;
        connect();
      }, RETRY_MS);
    };
    upstream = get(new URL("/reports/stream", controlPlane), { agent: false }, (incoming) => {
      if (incoming.statusCode !== 200) {
        incoming.resume();
        lost(`the control plane answered ${incoming.statusCode}`);
        return;
      }
      tell({ up: true, reason: "" });
      passOn(incoming, send);
      incoming.once("close", () => lost("the control plane ended the stream"));
    });
    upstream.once("error", (error) => lost(`the control plane cannot be reached: ${error.message}`));
  };
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  response.once("close", () => {
    clearTimeout(timer);
    upstream?.destroy();
  });
  connect();
}

/** Whole events only: half of one, cut off with its stream, would be taken for the beginning of what comes next. */
function passOn(incoming: IncomingMessage, send: (text: string) => void): void {
  let rest = "";
  incoming.setEncoding("utf8").on("data", (text: string) => {
    const all = rest + text;
    const end = all.lastIndexOf("\n\n") + 2;
    if (end > 1) send(all.slice(0, end));
    rest = end > 1 ? all.slice(end) : all;
    if (rest.length > MAX_EVENT_CHARACTERS) incoming.destroy();
  });
}
