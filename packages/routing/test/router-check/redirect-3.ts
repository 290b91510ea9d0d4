import { byPrefix, type RouterCheckSource } from "./router-check-source.ts";

export const redirect3: RouterCheckSource = {
  file: "Redirect3",
  table: {
    virtualHosts: [
      {
        name: "www2",
        domains: ["www.lyft.com"],
        routes: [
          byPrefix("/", "", {
            clusters: {
              kind: "weighted",
              clusters: [{ cluster: { kind: "single", name: "www2" }, weight: 100 }],
            },
          }),
        ],
      },
      {
        name: "redirect",
        domains: ["redirect.lyft.com"],
        routes: [
          {
            match: { path: { kind: "prefix", value: "/foo" } },
            action: { kind: "redirect", host: "new.lyft.com" },
          },
        ],
      },
    ],
  },
  cases: [
    {
      authority: "www.lyft.com",
      path: "/foo",
      https: true,
      internal: true,
      expected: { location: "", cluster: "www2" },
    },
    {
      authority: "redirect.lyft.com",
      path: "/foo",
      expected: { location: "http://new.lyft.com/foo", cluster: "" },
    },
  ],
};
