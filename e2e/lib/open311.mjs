// The npm client `open311`, as a program written today would use it: with promises.
//
// Only its JSON half is driven. Its XML half needs a parser that was never on the registry (package.json puts
// another package in that place, so that the client installs); XML is read by the Python client instead.

import { createRequire } from "node:module";

const Client = createRequire(import.meta.url)("open311");
const CALLS = ["serviceDiscovery", "serviceList", "serviceDefinition", "submitRequest", "token", "serviceRequests"];

/** A client for the program at `base`; its calls reject with the text the client reports. */
export function client(base, options = {}) {
  const raw = new Client({ discovery: `${base}/open311/discovery.json`, endpoint: `${base}/open311/v2/`, ...options });
  const calls = CALLS.map((name) => [name, (...words) => new Promise((resolve, reject) => {
    raw[name](...words, (error, answer) => (error ? reject(new Error(answer)) : resolve(answer)));
  })]);
  return { raw, ...Object.fromEntries(calls) };
}
