import { MeshError } from "@dualmesh/core";
import {
  type MetricsStore,
  PROMETHEUS_CONTENT_TYPE,
  renderPrometheus,
  renderStats,
  renderStatsJson,
  type StatsOptions,
} from "@dualmesh/telemetry";
import { type AdminAnswer, type AdminPage, isAsked, textAnswer } from "./admin-page.ts";

const PARAMETERS = {
  usedonly: "Only include stats that have been written by system since restart",
  filter: "Regular expression for filtering stats",
} as const;

/** `/stats` in Envoy's forms, and `/stats/prometheus`. */
export function statsPages(metrics: MetricsStore): readonly AdminPage[] {
  const prometheus = (query: URLSearchParams): AdminAnswer => {
    return {
      status: 200,
      body: renderPrometheus(metrics, optionsOf(query)),
      contentType: PROMETHEUS_CONTENT_TYPE,
    };
  };
  return [
    {
      path: "/stats",
      summary: "print server stats",
      parameters: { ...PARAMETERS, format: "Format to use; One of (text, json, prometheus)" },
      answer({ query }) {
        switch (query.get("format") ?? "text") {
          case "text":
            return textAnswer(renderStats(metrics, optionsOf(query)));
          case "json":
            return {
              status: 200,
              body: renderStatsJson(metrics, optionsOf(query)),
              contentType: "application/json",
            };
          case "prometheus":
            return prometheus(query);
          default:
            return textAnswer("usage: /stats?format=(text|json|prometheus)\n", 400);
        }
      },
    },
    {
      path: "/stats/prometheus",
      summary: "print server stats in prometheus format",
      parameters: PARAMETERS,
      answer: ({ query }) => prometheus(query),
    },
  ];
}

/** Who may ask for stats may end the process as well, so that a slow expression is no attack. */
function optionsOf(query: URLSearchParams): StatsOptions {
  const filter = query.get("filter");
  return {
    usedOnly: isAsked(query, "usedonly"),
    ...(filter === null ? {} : { filter: parseFilter(filter) }),
  };
}

function parseFilter(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    throw new MeshError("INVALID_ARGUMENT", (error as Error).message, { cause: error });
  }
}
