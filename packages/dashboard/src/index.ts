export { createDashboard, type Dashboard, type DashboardOptions } from "./create-dashboard.ts";
export type { DashboardAction } from "./dashboard-action.ts";
