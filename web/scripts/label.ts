/**
 * Where an area's name goes. A polygon label would be placed once in every tile the polygon touches; a point is in one
 * tile only.
 */

import type { Feature, FeatureCollection, Point, Polygon, Position } from "geojson";

/** Twice the signed area of a ring and its centroid's latitude, in degrees. */
function measure(ring: Position[]): { area: number; lat: number } {
  let area = 0;
  let moment = 0;
  for (let i = 1; i < ring.length; i += 1) {
    const [x1, y1] = ring[i - 1] as [number, number];
    const [x2, y2] = ring[i] as [number, number];
    const cross = x1 * y2 - x2 * y1;
    area += cross;
    moment += cross * (y1 + y2);
  }
  return { area: Math.abs(area), lat: moment / (3 * area) };
}

/** The longitudes at which the rings cross a latitude, from west to east. */
function crossings(rings: Position[][], lat: number): number[] {
  const found: number[] = [];
  for (const ring of rings) {
    for (let i = 1; i < ring.length; i += 1) {
      const [x1, y1] = ring[i - 1] as [number, number];
      const [x2, y2] = ring[i] as [number, number];
      if (y1 > lat !== y2 > lat) found.push(x1 + ((lat - y1) / (y2 - y1)) * (x2 - x1));
    }
  }
  return found.sort((a, b) => a - b);
}

/**
 * The middle of the widest stretch inside the polygon at its centroid's latitude: always inside, also of a bent or
 * holed area, and where a line of text has the most room. Nothing for a polygon without extent.
 */
function middle(rings: Position[][]): Position | undefined {
  const { lat } = measure(rings[0] ?? []);
  const edges = crossings(rings, lat);
  let best: { width: number; lon: number } | undefined;
  for (let i = 1; i < edges.length; i += 2) {
    const [west, east] = [edges[i - 1]!, edges[i]!];
    if (!best || east - west > best.width) best = { width: east - west, lon: (west + east) / 2 };
  }
  return best && [best.lon, lat];
}

/** The polygon to carry the name: the only one, or the largest of several. */
function carrier({ geometry }: Feature): Polygon["coordinates"] | undefined {
  if (geometry.type === "Polygon") return geometry.coordinates;
  if (geometry.type !== "MultiPolygon") return undefined;
  const size = (rings: Position[][]): number => measure(rings[0] ?? []).area;
  return [...geometry.coordinates].sort((a, b) => size(b) - size(a))[0];
}

/** One point per area, with the area's own properties. */
export function labels(areas: FeatureCollection): FeatureCollection<Point> {
  const features = areas.features.flatMap((area): Feature<Point>[] => {
    const at = middle(carrier(area) ?? []);
    return at ? [{ type: "Feature", properties: area.properties, geometry: { type: "Point", coordinates: at } }] : [];
  });
  return { type: "FeatureCollection", features };
}
