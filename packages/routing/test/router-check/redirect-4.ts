import type { RouterCheckSource } from "./router-check-source.ts";

const authority = "redirect.lyft.com";

export const redirect4: RouterCheckSource = {
  file: "Redirect4",
  table: {
    virtualHosts: [
      {
        name: "redirect",
        domains: [authority],
        routes: [
          {
            match: { path: { kind: "prefix", value: "/foo" } },
            action: { kind: "redirect", host: "new.lyft.com" },
          },
          {
            match: { path: { kind: "prefix", value: "/bar" } },
            action: {
              kind: "redirect",
              host: "new.lyft.com",
              path: { kind: "whole", value: "/new_bar" },
              status: 302,
            },
          },
        ],
      },
    ],
  },
  cases: [
    { authority, path: "/foo", expected: { cluster: "", location: "http://new.lyft.com/foo", status: 301 } },
    {
      authority,
      path: "/bar",
      expected: { cluster: "", location: "http://new.lyft.com/new_bar", status: 302 },
    },
  ],
};
