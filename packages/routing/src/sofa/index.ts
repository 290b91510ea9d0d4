// SOFA's routing between zones as routes.

export { type ZoneRule, type ZoneShare, zoneRoutes } from "./zone-routes.ts";
