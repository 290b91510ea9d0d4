import type { DashboardAction } from "@dualmesh/dashboard";
import type { Desk } from "./desk.ts";

/** What the keys of the desk do, and which buttons of the dashboard do the same. */
const BUTTONS: readonly (readonly [group: string, name: string, label: string, key: string])[] = [
  ["Modes", "flip-web", "flip web", "f"],
  ["Modes", "flip-orders-v1", "flip orders-v1", "p"],
  ["Sidecar of web", "kill-web-sidecar", "kill", "k"],
  ["Sidecar of web", "stop-web-sidecar", "stop or continue", "s"],
  ["Sidecar of web", "restart-web-sidecar", "restart", "r"],
  ["Sidecar of orders-v2", "kill-orders-v2-sidecar", "kill", "K"],
  ["Sidecar of orders-v2", "restart-orders-v2-sidecar", "restart", "R"],
  ["Configuration", "break-routes", "break or mend the routes", "b"],
  ["Configuration", "control-plane", "kill or restart the control plane", "c"],
];

const WEIGHTS = ["100/0", "90/10", "50/50", "0/100"] as const;

/** The shop's buttons. */
export function deskActions(desk: Desk): readonly DashboardAction[] {
  const [modes, rest] = [BUTTONS.slice(0, 2), BUTTONS.slice(2)].map((buttons) =>
    buttons.map(
      ([group, name, label, key]): DashboardAction => ({ name, label, group, run: () => desk.do(key) }),
    ),
  ) as [DashboardAction[], DashboardAction[]];
  const weights: DashboardAction = {
    name: "weights",
    label: "Weights of orders v1/v2",
    group: "Weights of orders, v1/v2",
    choices: WEIGHTS,
    run(choice = "") {
      const [v1, v2] = choice.split("/").map(Number) as [number, number];
      return desk.shiftWeights({ v1, v2 });
    },
  };
  return [...modes, weights, ...rest];
}
