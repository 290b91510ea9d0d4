import { type ControlPlane, type ControlPlaneEvent, createControlPlane } from "@dualmesh/control-plane";
import { freePort } from "./free-port.ts";
import { document, type Resources } from "./resources.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** Our control plane over a folder, which may be stopped and started again at its address. */
export interface FolderPlane extends AsyncDisposable {
  readonly port: number;
  /** The one that runs, or ran last. */
  readonly plane: ControlPlane;
  /** What happened in all control planes so far. */
  readonly events: readonly ControlPlaneEvent[];
  /** Replaces what the folder holds. */
  serve(resources: Resources): Promise<void>;
  stop(): Promise<void>;
  /** At the same address, with the time of grace that it has by default. */
  start(): Promise<void>;
  /** Writes a file beside the folder, and gives its path. */
  write(name: string, content: object): Promise<string>;
}

export async function openFolderPlane(resources: Resources): Promise<FolderPlane> {
  await using parts = new AsyncDisposableStack();
  const folder = parts.use(await temporaryFolder());
  const port = await freePort();
  const events: ControlPlaneEvent[] = [];
  const serve = async (next: Resources): Promise<void> =>
    void (await folder.write("mesh/mesh.json", document(next)));
  const start = (graceMs: number): Promise<ControlPlane> =>
    createControlPlane({
      config: { folder: `${folder.path}/mesh` },
      listen: { host: "127.0.0.1", port },
      onEvent: (event) => events.push(event),
      graceMs,
    });
  await serve(resources);
  // The first start knows what there is: nobody has reported to it before.
  let plane = await start(0);
  parts.defer(() => plane[Symbol.asyncDispose]());
  const owned = parts.move();
  return {
    port,
    events,
    serve,
    get plane() {
      return plane;
    },
    async stop() {
      await plane[Symbol.asyncDispose]();
    },
    async start() {
      plane = await start(12_000);
    },
    write: (name, content) => folder.write(name, content),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
