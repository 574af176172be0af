/**
 * Areas lie within areas: a county's towns, their villages, their grids. A map that draws all of them at once is a grey
 * thicket, so each level waits until its areas are wide enough on the screen, whatever their real size is.
 */

import type { Feature, FeatureCollection, Position } from "geojson";

const TILE_PX = 512;
const DRAWN_PX = 44;
/** A name needs room for its characters and a little around them. */
const CHARACTER_PX = 12;
const AROUND_PX = 18;

/** One level of areas: its own features, and from which zoom their lines and their names are drawn. */
export interface Level {
  areas: FeatureCollection;
  drawnFrom: number;
  namedFrom: number;
  /** The one area that is the whole map. */
  frame: boolean;
  /** Grids are the house's own division; everything above them is the country's. */
  grid: boolean;
}

function positions({ geometry }: Feature): Position[] {
  if (geometry.type === "Polygon") return geometry.coordinates.flat();
  if (geometry.type === "MultiPolygon") return geometry.coordinates.flat(2);
  return [];
}

/** West, south, east and north of a feature; nothing for one without extent. */
export function boxOf(area: Feature): [number, number, number, number] | undefined {
  const all = positions(area);
  if (all.length === 0) return undefined;
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [lon, lat] of all as [number, number][]) {
    [west, east] = [Math.min(west, lon), Math.max(east, lon)];
    [south, north] = [Math.min(south, lat), Math.max(north, lat)];
  }
  return [west, south, east, north];
}

function middle(numbers: number[]): number {
  return numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}

function middleWidth(areas: Feature[]): number {
  return middle(areas.map(boxOf).map((box) => (box ? box[2] - box[0] : 0)));
}

function nameWidth(areas: Feature[]): number {
  return AROUND_PX + CHARACTER_PX * middle(areas.map((area) => String(area.properties?.["name"] ?? "").length));
}

/** The zoom at which so many degrees are so many pixels wide. */
function zoomFor(degrees: number, pixels: number): number {
  return degrees > 0 ? Math.max(0, Math.log2((pixels * 360) / (TILE_PX * degrees))) : 0;
}

/** The levels from the widest down. An area's id is its division code, so its length is its level. */
export function levelsOf(areas: FeatureCollection): Level[] {
  const byDepth = new Map<number, Feature[]>();
  for (const area of areas.features) {
    const depth = String(area.properties?.["id"] ?? "").length;
    byDepth.set(depth, [...(byDepth.get(depth) ?? []), area]);
  }
  const groups = [...byDepth.entries()].sort(([a], [b]) => a - b).map(([, features]) => features);
  return groups.map((features, index) => {
    const width = middleWidth(features);
    // What the whole map shows needs no name in its middle: the page says it.
    const frame = index === 0 && features.length === 1 && groups.length > 1;
    return {
      areas: { type: "FeatureCollection", features },
      drawnFrom: index === 0 ? 0 : zoomFor(width, DRAWN_PX),
      namedFrom: frame ? Infinity : zoomFor(width, nameWidth(features)),
      frame,
      grid: String(features[0]?.properties?.["id"] ?? "").includes("-"),
    };
  });
}
