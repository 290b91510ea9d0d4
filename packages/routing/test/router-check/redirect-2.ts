import { byPrefix, type RouterCheckCase, type RouterCheckSource } from "./router-check-source.ts";

const moved: RouterCheckCase = {
  authority: "redirect.lyft.com",
  path: "/foo",
  expected: { location: "http://new.lyft.com/foo", cluster: "" },
};

export const redirect2: RouterCheckSource = {
  file: "Redirect2",
  table: {
    virtualHosts: [
      { name: "www2", domains: ["www.lyft.com"], routes: [byPrefix("/", "www2")] },
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
    // The golden has it four times, as "not by TLS" and "not from inside" may be said or left out.
    { ...moved, https: false, internal: false },
    moved,
    { ...moved, https: false },
    { ...moved, https: false },
  ],
};
