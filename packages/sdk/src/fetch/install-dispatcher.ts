import type { Dispatcher } from "undici";
import type { Gate } from "../gate.ts";
import { NO_CONTROLLER } from "./no-controller.ts";

/** What the way in of `fetch` and undici needs of a mesh. */
export interface DispatcherMesh {
  readonly dispatcher: Dispatcher;
}

/** Where undici keeps its global dispatcher: versions up to 7 use the first, 8 both. */
const GLOBAL_DISPATCHERS = [Symbol.for("undici.globalDispatcher.1"), Symbol.for("undici.globalDispatcher.2")];

type Globals = Record<symbol, unknown>;

/**
 * The way in for `fetch` and undici, without loading undici (60–90 ms): a small object takes the place of the global
 * dispatcher, and hands each call on to the mesh's, which is made when the first call comes.
 *
 * @returns Puts back what was there, unless the application has set its own since.
 */
export function installDispatcher(gate: Gate<DispatcherMesh>): Disposable {
  const globals = globalThis as unknown as Globals;
  const before = GLOBAL_DISPATCHERS.map((key) => globals[key]);
  const entry = { dispatch: dispatcherOf(gate), close: async () => {}, destroy: async () => {} };
  for (const key of GLOBAL_DISPATCHERS) set(globals, key, entry);
  return {
    [Symbol.dispose]() {
      GLOBAL_DISPATCHERS.forEach((key, i) => {
        if (globals[key] === entry) set(globals, key, before[i]);
      });
    },
  };
}

function dispatcherOf(gate: Gate<DispatcherMesh>): Dispatcher["dispatch"] {
  return (options, handler) => {
    const mesh = gate.now;
    if (mesh !== undefined) return mesh.dispatcher.dispatch(options, handler);
    gate.open().then(
      ({ dispatcher }) => dispatcher.dispatch(options, handler),
      (error: Error) => {
        const legacy = handler as { onError?: (error: Error) => void };
        if (handler.onResponseError === undefined) legacy.onError?.(error);
        else handler.onResponseError(NO_CONTROLLER, error);
      },
    );
    return true;
  };
}

/** The property of `undici.globalDispatcher` is not configurable once undici has set it: it is assigned. */
function set(globals: Globals, key: symbol, value: unknown): void {
  if (Object.getOwnPropertyDescriptor(globals, key) === undefined) {
    Object.defineProperty(globals, key, { value, writable: true, enumerable: false, configurable: false });
  } else globals[key] = value;
}
