import type { ServerHttp2Session } from "node:http2";
import { bytesBody, createHeaders, type Reset } from "@dualmesh/core";
import { expect, test } from "vitest";
import { createHttp2Transport } from "../../src/transport/http2/http2-transport.ts";
import { startH2Upstream } from "./h2-mesh.ts";

/** A generator of Park and Miller: the same numbers for the same seed. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

type End =
  | { readonly kind: "answer"; readonly text: string }
  | { readonly kind: "reset"; readonly reset: Reset };

test.each([1, 7, 42, 1_000])(
  "every call over an upstream that fails at random ends with its own answer or a reset (seed %i)",
  async (seed) => {
    const next = numbers(seed);
    await using upstream = await startH2Upstream(
      (stream, fields) => {
        const session = stream.session as ServerHttp2Session;
        stream.resume();
        const answer = (): void => {
          if (stream.destroyed || stream.closed) return;
          stream.respond({ "x-id": fields["x-id"] as string });
          stream.write(`${fields["x-id"]}`);
          setImmediate(() => stream.end(".".repeat(next(40_000))));
        };
        const how = next(40);
        if (how === 0) session.destroy();
        else if (how === 1) session.goaway(2);
        else if (how === 2) {
          answer();
          session.close();
        } else if (how < 6) stream.close(next(2) === 0 ? 7 : 2);
        else if (how < 9) {
          answer();
          stream.close(2);
        } else if (how < 20) setImmediate(answer);
        else answer();
      },
      { maxConcurrentStreams: 10 },
    );
    const transport = createHttp2Transport({ maxConnectionsPerEndpoint: 3 });
    const ends = await Promise.all(
      Array.from(
        { length: 400 },
        (_, id) =>
          new Promise<End>((resolve) => {
            let text = "";
            let status = "";
            const request = {
              head: {
                protocol: "h2",
                exchange: "unary",
                method: "POST",
                scheme: "http",
                authority: "orders.test",
                path: "/",
                headers: createHeaders(["x-id", `${id}`]),
              } as const,
              body: bytesBody("x".repeat(next(100_000))),
            };
            transport.open({ kind: "tcp", host: "127.0.0.1", port: upstream.port }, request, {
              responded({ head, body }) {
                status = head.headers.get("x-id") ?? "";
                if (body.kind !== "stream") return;
                const chunk = (bytes: Uint8Array): boolean => {
                  text += String(bytes);
                  return true;
                };
                body.read({ chunk, end() {}, reset() {} });
              },
              failed: (_failure, reset) => resolve({ kind: "reset", reset }),
              ended: (reset) =>
                resolve(
                  reset === undefined
                    ? { kind: "answer", text: `${status} ${text}` }
                    : { kind: "reset", reset },
                ),
            });
          }),
      ),
    );
    ends.forEach((end, id) => {
      if (end.kind === "answer") expect(end.text).toMatch(new RegExp(`^${id} ${id}\\.*$`));
      else expect(end.reset.execution).toMatch(/^(not-executed|in-doubt)$/);
    });
    expect(ends.filter((end) => end.kind === "answer").length).toBeGreaterThan(0);
    await transport.close();
  },
);
