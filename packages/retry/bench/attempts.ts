// What the retry filter costs a call that needs no retry: node --conditions=@dualmesh/source bench/attempts.ts
import {
  createCall,
  createHeaders,
  NO_BODY,
  type Request,
  type Response,
  responseOutcome,
  type Service,
} from "@dualmesh/core";
import { createRetryPolicy, retry, withHeaderOverrides } from "../src/index.ts";

const loop = 200_000;
const head = {
  protocol: "h2",
  exchange: "unary",
  method: "GET",
  scheme: "http",
  authority: "orders",
  path: "/",
  headers: createHeaders(
    Array.from({ length: 10 }, (_, i) => [`x-header-name-${i}`, `value of header ${i}`]).flat(),
  ),
} as const;
const request: Request = { head, body: NO_BODY };
const answer: Response = { head: { status: 200, headers: createHeaders() }, body: NO_BODY };
const outcome = responseOutcome(answer.head);

async function round(send: Service<Request, Response>): Promise<number> {
  const start = process.hrtime.bigint();
  for (let i = 0; i < loop; i++) {
    const call = createCall({ startMs: 0 });
    await send(request, call);
    call.end(outcome);
  }
  return Number(process.hrtime.bigint() - start) / loop;
}

/** The median of nine rounds, so that a pause of the collector does not count. */
async function medianNs(send: Service<Request, Response>): Promise<string> {
  const figures: number[] = [];
  for (let i = 0; i < 9; i++) figures.push(await round(send));
  return (figures.sort((a, b) => a - b)[4] as number).toFixed(0);
}

const bare: Service<Request, Response> = () => Promise.resolve(answer);
const policy = createRetryPolicy({ retryOn: "5xx" });
const overridden: Service<Request, Response> = (asked) =>
  bare(withHeaderOverrides(policy, asked.head) === policy ? asked : request, createCall());

console.log(`node ${process.version}`);
console.log(`a service alone: ${await medianNs(bare)} ns per call`);
console.log(`behind retry: ${await medianNs(retry({ retryOn: "5xx" })(bare))} ns`);
console.log(
  `behind retry with a time per try: ${await medianNs(retry({ perTryTimeoutMs: 1_000 })(bare))} ns`,
);
console.log(`behind a look at ten headers for overrides: ${await medianNs(overridden)} ns`);
