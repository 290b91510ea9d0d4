import { NO_BODY } from "./body.ts";
import type { Headers } from "./headers.ts";
import type { Response } from "./message.ts";

/** Nothing comes back, so what filters write here goes nowhere; one object can then serve all calls. */
const NO_HEADERS: Headers = Object.freeze({
  size: 0,
  changed: false,
  get: () => undefined,
  getAll: () => [],
  has: () => false,
  set() {},
  append() {},
  delete: () => false,
  flat: () => [],
  *[Symbol.iterator]() {},
});

/**
 * What a one-way call settles with once its bytes are written. It says nothing about the upstream: whether the request
 * arrived stays in doubt, it is never sent again, and it is no evidence for or against an endpoint.
 */
export const WRITTEN: Response = Object.freeze({
  head: Object.freeze({ status: 200, headers: NO_HEADERS }),
  body: NO_BODY,
});
