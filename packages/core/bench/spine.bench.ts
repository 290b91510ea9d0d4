/**
 * What eight filters cost per call, by the way they look at it. The figures in `service.ts` and in DESIGN's hot-path
 * rules come from here.
 *
 *     node --conditions=@dualmesh/source packages/core/bench/spine.bench.ts
 *
 * Kinds are interleaved round by round, so that a noisy machine disturbs all alike; read the ratios.
 */
import {
  createCall,
  createHeaders,
  type Filter,
  NO_BODY,
  type Request,
  type Response,
  responseOutcome,
  type Service,
  stack,
} from "@dualmesh/core";

const FILTERS = 8;
const CALLS_PER_ROUND = 50_000;
const ROUNDS = 21;

let seen = 0;
const look = (): void => {
  seen++;
};

const KINDS: Readonly<Record<string, Filter<Request, Response> | undefined>> = {
  "no filter": undefined,
  "pass-through": (next) => (request, call) => next(request, call),
  observer: (next) => (request, call) => {
    call.onEnd(look);
    return next(request, call);
  },
  ".then": (next) => (request, call) =>
    next(request, call).then((response) => {
      look();
      return response;
    }),
  "async, await": (next) => async (request, call) => {
    const response = await next(request, call);
    look();
    return response;
  },
};

const response: Response = { head: { status: 200, headers: createHeaders() }, body: NO_BODY };
const transport: Service<Request, Response> = () => Promise.resolve(response);
const request: Request = {
  head: {
    protocol: "http/1.1",
    exchange: "unary",
    method: "GET",
    scheme: "http",
    authority: "orders",
    path: "/",
    headers: createHeaders(),
  },
  body: NO_BODY,
};

function build(filter: Filter<Request, Response> | undefined): Service<Request, Response> {
  let chain = stack<Request, Response>();
  for (let i = 0; i < FILTERS; i++) chain = chain.use(`filter ${i}`, filter);
  return chain.to(transport);
}

/** Nanoseconds per call. The clock is given the start time once per round: reading it is no part of the spine. */
async function round(send: Service<Request, Response>): Promise<number> {
  const begin = process.hrtime.bigint();
  for (let i = 0; i < CALLS_PER_ROUND; i++) {
    const call = createCall({ startMs: 0 });
    const { head } = await send(request, call);
    call.end(responseOutcome(head));
  }
  return Number(process.hrtime.bigint() - begin) / CALLS_PER_ROUND;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] as number;
}

const services = Object.entries(KINDS).map(([name, filter]) => ({
  name,
  send: build(filter),
  ns: [] as number[],
}));
for (let i = 0; i < ROUNDS; i++) {
  for (const { send, ns } of services) ns.push(await round(send));
}

const base = median(services.find(({ name }) => name === "pass-through")?.ns ?? []);
console.log(
  `node ${process.version}, ${FILTERS} filters, median of ${ROUNDS} rounds of ${CALLS_PER_ROUND} calls`,
);
for (const { name, ns } of services) {
  const figure = median(ns);
  console.log(`${name.padEnd(14)}${figure.toFixed(0).padStart(6)} ns  ${(figure / base).toFixed(2)} ×`);
}
console.log(`(${seen} looks)`);
