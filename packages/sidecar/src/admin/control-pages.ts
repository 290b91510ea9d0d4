import { type AdminPage, isAsked, OK } from "./admin-page.ts";

/** What an operator can have a sidecar do. */
export interface SidecarControl {
  /** Drains and ends. */
  quit(): void;
  drain(options: { readonly graceful: boolean; readonly inboundOnly: boolean }): void;
  /** Has `/ready` say that this process must get nothing new, or takes that back. */
  setHealth(isHealthy: boolean): void;
}

/** The pages that change something. */
export function controlPages(control: SidecarControl): readonly AdminPage[] {
  return [
    {
      path: "/quitquitquit",
      summary: "exit the server, after calls under way were answered",
      mutates: true,
      answer() {
        // The answer leaves first: closing waits for connections, and this one is answered by then.
        setImmediate(() => control.quit());
        return OK;
      },
    },
    {
      path: "/drain_listeners",
      summary: "drain listeners",
      parameters: {
        graceful: "Answers ask to close, and listeners accept until the drain time is over",
        inboundonly: "Only listeners with traffic_direction INBOUND",
      },
      mutates: true,
      answer({ query }) {
        control.drain({ graceful: isAsked(query, "graceful"), inboundOnly: isAsked(query, "inboundonly") });
        return OK;
      },
    },
    {
      path: "/healthcheck/fail",
      summary: "cause the server to fail health checks",
      mutates: true,
      answer() {
        control.setHealth(false);
        return OK;
      },
    },
    {
      path: "/healthcheck/ok",
      summary: "cause the server to pass health checks",
      mutates: true,
      answer() {
        control.setHealth(true);
        return OK;
      },
    },
  ];
}
