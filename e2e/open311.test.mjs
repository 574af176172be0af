// The npm package `open311` against the program: what a third party's code, written for other cities, does here.

import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { client } from "./lib/open311.mjs";
import { COUNTY, SOMEWHERE, apiToken } from "./lib/pages.mjs";
import { start } from "./lib/program.mjs";

/** Any acceptable answer to one question of a service definition. */
function answerTo({ datatype, values }) {
  switch (datatype) {
    case "number": return "3";
    case "datetime": return "2026-01-02T03:04:05Z";
    case "singlevaluelist": return values[0].key;
    case "multivaluelist": return values.slice(0, 2).map(({ key }) => key);
    default: return "井盖";
  }
}

/** Answers to every question that asks for one, by its code. */
function answersTo(definition) {
  return Object.fromEntries(definition.attributes.filter(({ variable }) => variable)
    .map((attribute) => [attribute.code, answerTo(attribute)]));
}

suite("Open311 through the npm client", async () => {
  let program;
  let city;
  let services;

  before(async () => {
    program = await start();
    const apiKey = await apiToken(program);
    city = client(program.url, { jurisdiction: COUNTY, apiKey });
    services = await city.serviceList();
  });
  after(() => program?.stop());

  /** Files a request for the first service that asks nothing more, and returns its number. */
  async function file(more = {}) {
    const { service_code } = services.find(({ metadata }) => !metadata);
    const [{ service_request_id }] = await city.submitRequest({ service_code, ...SOMEWHERE, description: "路灯不亮", ...more });
    return service_request_id;
  }

  test("discovery leads to the endpoint", async () => {
    const found = await city.serviceDiscovery({ cache: true });
    assert.equal(city.raw.endpoint, `${program.url}/open311/v2/`);
    assert.deepEqual(found.endpoints[0].formats.toSorted(), ["application/json", "text/xml"]);
  });

  test("services are complete", () => {
    assert.ok(services.length > 10);
    for (const service of services) {
      for (const field of ["service_code", "service_name", "description", "keywords", "group"]) {
        assert.equal(typeof service[field], "string", `${field} of ${service.service_code}`);
      }
      assert.equal(typeof service.metadata, "boolean");
      assert.ok(["realtime", "batch", "blackbox"].includes(service.type));
    }
  });

  test("a definition says what to ask, and its answers are taken", async () => {
    const asking = services.filter(({ metadata }) => metadata);
    assert.ok(asking.length > 0);
    for (const { service_code } of asking) {
      const definition = await city.serviceDefinition(service_code);
      assert.equal(definition.service_code, service_code);
      const orders = definition.attributes.map(({ order }) => order);
      assert.deepEqual(orders, [...new Set(orders)].toSorted((a, b) => a - b));
      const [made] = await city.submitRequest({ service_code, ...SOMEWHERE, attributes: answersTo(definition) });
      assert.ok(made.service_request_id ?? made.token);
    }
  });

  test("a required answer may not be missing", async () => {
    for (const { service_code } of services.filter(({ metadata }) => metadata)) {
      const { attributes } = await city.serviceDefinition(service_code);
      const required = attributes.find(({ variable, required: must }) => variable && must);
      if (!required) continue;
      await assert.rejects(city.submitRequest({ service_code, ...SOMEWHERE }), (error) =>
        error.message.includes(": 400;") && error.message.includes(required.code));
      return;
    }
    assert.fail("no service asks a required question");
  });

  test("what was filed can be followed", async () => {
    const id = await file({ address_string: "天城镇大桥路口", email: "e2e@example.org", phone: "13800000000" });
    const [request] = await city.serviceRequests(id);
    assert.equal(request.service_request_id, id);
    assert.equal(request.status, "open");
    assert.ok(Math.abs(Date.now() - request.requested_datetime) < 60_000);
    assert.ok(request.updated_datetime >= request.requested_datetime);
    assert.doesNotMatch(JSON.stringify(request), /13800000000|e2e@example\.org/);
  });

  test("an address alone is a place", async () => {
    const id = await file({ lat: undefined, long: undefined, address_string: "天城镇大桥路口" });
    assert.ok(id);
  });

  test("several are fetched by their numbers, whatever else is asked", async () => {
    const ids = [await file(), await file()];
    const found = await city.serviceRequests(ids, { status: "closed", start_date: "2020-01-01T00:00:00Z" });
    assert.deepEqual(found.map(({ service_request_id }) => service_request_id).toSorted(), ids.toSorted());
  });

  test("filters and pages", async () => {
    const page = (number) => city.serviceRequests({ status: "open", page_size: 5, page: number });
    const [first, second] = [await page(1), await page(2)];
    assert.equal(first.length, 5);
    assert.equal(second.length, 5);
    const both = [...first, ...second];
    assert.ok(both.every(({ status }) => status === "open"));
    assert.equal(new Set(both.map(({ service_request_id }) => service_request_id)).size, 10);
    const times = both.map(({ requested_datetime }) => requested_datetime.getTime());
    assert.deepEqual(times, times.toSorted((a, b) => b - a));
  });

  test("extension fields come only when asked for", async () => {
    const id = await file();
    const [plain] = await city.serviceRequests(id);
    const [more] = await city.serviceRequests(id, { extensions: "true" });
    assert.ok(!("extended_attributes" in plain));
    assert.ok("extended_attributes" in more);
  });

  test("errors carry the right status", async () => {
    const { service_code } = services.find(({ metadata }) => !metadata);
    const report = { service_code, ...SOMEWHERE };
    const stranger = client(program.url, { jurisdiction: COUNTY, apiKey: "wrong" });
    await assert.rejects(stranger.submitRequest(report), /: 403;/);
    await assert.rejects(city.submitRequest({ ...report, service_code: "no-such-service" }), /: 404;/);
    await assert.rejects(city.submitRequest({ service_code }), /: 400;/);
    await assert.rejects(city.serviceDefinition("no-such-service"), /: 404/);
    await assert.rejects(city.serviceRequests("no-such-request"), /: 404/);
    await assert.rejects(city.token("no-such-token"), /: 404/);
    await assert.rejects(client(program.url, { jurisdiction: "999999" }).serviceList(), /: 404/);
    await assert.rejects(client(program.url).serviceList(), /: 400/);
  });
});
