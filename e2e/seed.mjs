// Fills the demo in once: `node e2e/seed.mjs FOLDER`.

import { seed } from "./lib/program.mjs";

await seed(process.argv[2]);
