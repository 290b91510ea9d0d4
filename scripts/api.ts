/** Writes `packages/<package>/api.md`, what each package exports, from what was built: `npm run api`. */
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { createApiReports } from "../test/packaging/api-report.ts";
import { listPublished } from "../test/packaging/published-package.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

const reports = await createApiReports(await listPublished(root));
await Promise.all([...reports].map(([file, text]) => writeFile(file, text)));
