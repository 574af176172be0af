// Runs a command beside the program and stops it afterwards: `node e2e/with-program.mjs COMMAND…`.
// The command finds the program by LIANXIN_URL and may act through it by LIANXIN_TOKEN.

import { spawn } from "node:child_process";
import { apiToken } from "./lib/pages.mjs";
import { start } from "./lib/program.mjs";

const [name, ...words] = process.argv.slice(2);
const program = await start();
let status = 1;
try {
  const env = { ...process.env, LIANXIN_URL: program.url, LIANXIN_TOKEN: await apiToken(program), NO_PROXY: "127.0.0.1" };
  const child = spawn(name, words, { env, stdio: "inherit" });
  status = await new Promise((resolve, reject) => {
    child.once("error", reject).once("close", (code) => resolve(code ?? 1));
  });
} finally {
  await program.stop();
}
process.exitCode = status;
