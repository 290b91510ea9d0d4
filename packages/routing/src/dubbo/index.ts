// Dubbo's routing rules as routes.

export { type ConditionRule, conditionRoutes } from "./condition-routes.ts";
export { type TagRule, tagRoutes } from "./tag-routes.ts";
