// A base map made here: a lake, a river, roads, a house and a name around one place, as vector tiles in a PMTiles file, or
// pictures of one colour. Everything in it is made up.

import { deflateSync, gzipSync } from "node:zlib";
import { chunk, SIGNATURE } from "./photo.mjs";

const EXTENT = 4096;
const LEAST = 6;
const MOST = 12;

function varint(value) {
  const bytes = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push(rest % 128 | 128);
  }
}

const zigzag = (value) => (value < 0 ? -2 * value - 1 : 2 * value);
/** A field of Protocol Buffers that holds bytes, and one that holds a number. */
const bytes = (field, data) => Buffer.concat([varint(field * 8 + 2), varint(data.length), data]);
const number = (field, value) => Buffer.concat([varint(field * 8), varint(value)]);
const packed = (field, values) => bytes(field, Buffer.concat(values.map(varint)));

/** Lines and areas of a vector tile: go to the first point, then along all others; an area is closed. */
function drawn(points, closed) {
  let [x, y] = [0, 0];
  const step = ([toX, toY]) => {
    const moved = [zigzag(toX - x), zigzag(toY - y)];
    [x, y] = [toX, toY];
    return moved;
  };
  const [first, ...others] = points.map(step);
  if (others.length === 0) return [9, ...first];
  return [9, ...first, others.length * 8 + 2, ...others.flat(), ...(closed ? [15] : [])];
}

const KINDS = { point: 1, line: 2, area: 3 };

/** One layer with features of `{ kind, points, name, road }`; points count in the tile's own units. */
function layer(name, features) {
  const values = [];
  const tag = (key, text) => {
    values.push(bytes(4, bytes(1, Buffer.from(text))));
    return [key, values.length - 1];
  };
  const all = features.map(({ kind, points, name: called, road }) => bytes(2, Buffer.concat([
    packed(2, [...(called ? tag(0, called) : []), ...(road ? tag(1, road) : [])]),
    number(3, KINDS[kind]),
    packed(4, drawn(points, kind === "area")),
  ])));
  return bytes(3, Buffer.concat([
    bytes(1, Buffer.from(name)), ...all, bytes(3, Buffer.from("name")), bytes(3, Buffer.from("kind")), ...values,
    number(5, EXTENT), number(15, 2),
  ]));
}

/** Where a place lies on the whole earth, 0 to 1 from the north-west. */
function mercator([lon, lat]) {
  const sine = Math.sin((lat * Math.PI) / 180);
  return [lon / 360 + 0.5, 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)];
}

/** Hilbert's curve, as the specification of PMTiles counts tiles. */
function tileNumber(zoom, tileX, tileY) {
  let [x, y, along] = [tileX, tileY, 0];
  for (let side = 2 ** (zoom - 1); side >= 1; side /= 2) {
    const [right, down] = [Math.floor(x / side) % 2, Math.floor(y / side) % 2];
    along += side * side * ((3 * right) ^ down);
    [x, y] = [x % side, y % side];
    if (down === 0) [x, y] = right === 1 ? [side - 1 - y, side - 1 - x] : [y, x];
  }
  return (4 ** zoom - 1) / 3 + along;
}

/** Every tile of a zoom that the bounds touch. */
function tilesOf(zoom, [west, south, east, north]) {
  const at = (place) => mercator(place).map((part) => Math.floor(part * 2 ** zoom));
  const [[left, top], [right, bottom]] = [at([west, north]), at([east, south])];
  const found = [];
  for (let x = left; x <= right; x += 1) for (let y = top; y <= bottom; y += 1) found.push([x, y]);
  return found;
}

/** The made-up land around a place: layers by name, features in degrees. */
function land([lon, lat]) {
  const by = (points) => points.map(([x, y]) => [lon + x, lat + y]);
  const road = (kind, name, points) => ({ kind: "line", road: kind, name, points: by(points) });
  const grid = Array.from({ length: 9 }, (_, at) => (at - 4) * 0.012);
  return {
    landuse: [{ kind: "area", points: by([[0.01, 0.03], [0.2, 0.03], [0.2, 0.15], [0.01, 0.15]]) }],
    water: [
      { kind: "area", points: by([[-0.25, -0.2], [-0.02, -0.2], [-0.02, -0.01], [-0.25, -0.01]]), name: "演示湖" },
      { kind: "line", points: by([[-0.02, -0.05], [0.05, -0.02], [0.12, -0.06], [0.3, 0.02]]) },
    ],
    roads: [
      ...grid.flatMap((off) => [
        road("minor_road", "", [[off, -0.05], [off, 0.05]]), road("minor_road", "", [[-0.05, off], [0.05, off]]),
      ]),
      road("highway", "演示大道", [[-0.3, 0.005], [0.3, 0.005]]),
      road("major_road", "演示路", [[0.003, -0.3], [0.003, 0.3]]),
    ],
    buildings: grid.map((off) => ({ kind: "area", points: by([[off + 0.002, 0.014], [off + 0.006, 0.014], [off + 0.006, 0.018], [off + 0.002, 0.018]]) })),
    places: [{ kind: "point", points: by([[0.02, 0.02]]), name: "演示地名" }],
  };
}

function vectorTile(layers, zoom, x, y) {
  const own = (place) => mercator(place).map((part, at) => Math.round((part * 2 ** zoom - [x, y][at]) * EXTENT));
  const near = ([px, py]) => Math.abs(px) < 2 ** 24 && Math.abs(py) < 2 ** 24;
  const made = Object.entries(layers).map(([name, features]) => layer(name, features
    .map((feature) => ({ ...feature, points: feature.points.map(own) }))
    .filter(({ points }) => points.every(near))));
  return gzipSync(Buffer.concat(made));
}

/** A picture of 256 × 256 pixels in one colour. */
function picture(colour) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(256, 0);
  header.writeUInt32BE(256, 4);
  header.set([8, 2], 8);
  const line = Buffer.concat([Buffer.from([0]), Buffer.from(Array.from({ length: 256 }, () => colour).flat())]);
  const pixels = deflateSync(Buffer.concat(Array.from({ length: 256 }, () => line)));
  return Buffer.concat([SIGNATURE, chunk("IHDR", header), chunk("IDAT", pixels), chunk("IEND", Buffer.alloc(0))]);
}

function directory(entries) {
  const steps = entries.map(([at], index) => at - (index === 0 ? 0 : entries[index - 1][0]));
  const columns = [steps, entries.map(() => 1), entries.map(([, length]) => length), entries.map(([, , place]) => place + 1)];
  return gzipSync(Buffer.concat([varint(entries.length), ...columns.flat().map(varint)]));
}

/**
 * The bytes of a PMTiles file around `middle` ([lon, lat]): vector tiles, or pictures where a `colour` ([r, g, b]) is given.
 */
export function pmtiles(middle, { colour, credit = "演示底图，无真实地物" } = {}) {
  const bounds = [middle[0] - 1, middle[1] - 1, middle[0] + 1, middle[1] + 1];
  const layers = land(middle);
  const tiles = [];
  for (let zoom = LEAST; zoom <= MOST; zoom += 1) {
    for (const [x, y] of tilesOf(zoom, bounds)) {
      tiles.push([tileNumber(zoom, x, y), colour ? picture(colour) : vectorTile(layers, zoom, x, y)]);
    }
  }
  tiles.sort(([a], [b]) => a - b);
  let place = 0;
  const entries = tiles.map(([at, { length }]) => {
    place += length;
    return [at, length, place - length];
  });
  const about = { attribution: credit, vector_layers: Object.keys(layers).map((id) => ({ id, fields: {} })) };
  const parts = [directory(entries), gzipSync(JSON.stringify(about)), Buffer.alloc(0), Buffer.concat(tiles.map(([, tile]) => tile))];
  const header = Buffer.alloc(127);
  header.write("PMTiles\x03", "latin1");
  let at = header.length;
  parts.forEach((part, index) => {
    header.writeBigUInt64LE(BigInt(at), 8 + 16 * index);
    header.writeBigUInt64LE(BigInt(part.length), 16 + 16 * index);
    at += part.length;
  });
  header.set([1, 2, colour ? 1 : 2, colour ? 2 : 1, LEAST, MOST], 96);
  bounds.forEach((edge, index) => header.writeInt32LE(Math.round(edge * 1e7), 102 + 4 * index));
  return Buffer.concat([header, ...parts]);
}
