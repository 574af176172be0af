/**
 * The grids of a place as they are being drawn. Neighbours share their points: what is moved for one moves for all that
 * have it, so no gap opens between them. Whether the whole is sound is for the server to say.
 */

import type { FeatureCollection, Position } from "geojson";

/** A point as one of several: on which grid, polygon, ring and place. */
export interface Place {
  grid: string;
  polygon: number;
  ring: number;
  at: number;
}

type Polygon = Position[][];

export interface Grid {
  id: string;
  name: string;
  polygons: Polygon[];
}

/** Seven digits are what the server stores: a centimetre. */
export function key([lon, lat]: Position): string {
  return `${lon!.toFixed(7)},${lat!.toFixed(7)}`;
}

function rounded([lon, lat]: Position): Position {
  return [Number(lon!.toFixed(7)), Number(lat!.toFixed(7))];
}

/** The spot of the way from `a` to `b` that is nearest to `p`, in the plane of the screen. */
export function nearestOn(a: [number, number], b: [number, number], p: [number, number]): { share: number; far: number } {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const length = dx * dx + dy * dy;
  const share = length > 0 ? Math.max(0, Math.min(1, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / length)) : 0;
  return { share, far: Math.hypot(p[0] - a[0] - share * dx, p[1] - a[1] - share * dy) };
}

export class Land {
  readonly grids = new Map<string, Grid>();
  frame: FeatureCollection = { type: "FeatureCollection", features: [] };
  private readonly before: string[] = [];
  private readonly touched = new Set<string>();

  constructor(given: FeatureCollection) {
    for (const { properties, geometry } of given.features) {
      const polygons = geometry?.type === "Polygon" ? [geometry.coordinates] : geometry?.type === "MultiPolygon" ? geometry.coordinates : [];
      const id = String(properties?.["id"]);
      if (properties?.["frame"]) this.frame.features.push({ type: "Feature", properties: {}, geometry: geometry! });
      else this.grids.set(id, { id, name: String(properties?.["name"]), polygons });
    }
  }

  /** Remembers how it is now, to come back to it by `undo`. */
  remember(): void {
    this.before.push(JSON.stringify([[...this.grids.values()], [...this.touched]]));
    if (this.before.length > 100) this.before.shift();
  }

  undo(): boolean {
    const last = this.before.pop();
    if (!last) return false;
    const [grids, touched] = JSON.parse(last) as [Grid[], string[]];
    for (const grid of grids) this.grids.set(grid.id, grid);
    this.touched.clear();
    for (const id of touched) this.touched.add(id);
    return true;
  }

  /** What was drawn, as the server reads it; empty when nothing was. */
  drawn(): string {
    const all = [...this.touched].map((id) => [id, geometryOf(this.grids.get(id)!)] as const).filter(([, geometry]) => geometry);
    return all.length ? JSON.stringify(Object.fromEntries(all)) : "";
  }

  /** Takes outlines over, such as those the server closed gaps of. */
  take(outlines: Record<string, { type: string; coordinates: unknown }>): void {
    for (const [id, { type, coordinates }] of Object.entries(outlines)) {
      const grid = this.grids.get(id);
      if (!grid) continue;
      grid.polygons = type === "Polygon" ? [coordinates as Polygon] : (coordinates as Polygon[]);
      this.touched.add(id);
    }
  }

  *points(only?: string): Generator<{ place: Place; position: Position }> {
    for (const { id, polygons } of this.grids.values()) {
      if (only !== undefined && id !== only) continue;
      for (const [polygon, rings] of polygons.entries()) {
        for (const [ring, line] of rings.entries()) {
          // The last point repeats the first.
          for (let at = 0; at < line.length - 1; at += 1) yield { place: { grid: id, polygon, ring, at }, position: line[at]! };
        }
      }
    }
  }

  position({ grid, polygon, ring, at }: Place): Position | undefined {
    return this.grids.get(grid)?.polygons[polygon]?.[ring]?.[at];
  }

  /** Moves a point, and with it the same point of every neighbour. */
  move(place: Place, to: Position): void {
    const from = this.position(place);
    if (!from) return;
    const same = key(from);
    for (const grid of this.grids.values()) {
      for (const line of grid.polygons.flat()) {
        for (const [at, position] of line.entries()) {
          if (key(position) !== same) continue;
          line[at] = rounded(to);
          this.touched.add(grid.id);
        }
      }
    }
  }

  /** Puts a point after another one, and into the same stretch of a neighbour. */
  insert(place: Place, position: Position): Place {
    const line = this.grids.get(place.grid)!.polygons[place.polygon]![place.ring]!;
    const [a, b] = [key(line[place.at]!), key(line[place.at + 1]!)];
    for (const grid of this.grids.values()) {
      for (const other of grid.polygons.flat()) {
        for (let at = 0; at < other.length - 1; at += 1) {
          const pair = [key(other[at]!), key(other[at + 1]!)];
          if (!(pair[0] === a && pair[1] === b) && !(pair[0] === b && pair[1] === a)) continue;
          other.splice(at + 1, 0, rounded(position));
          this.touched.add(grid.id);
          at += 1;
        }
      }
    }
    return { ...place, at: place.at + 1 };
  }

  /** Takes a point away from one grid; `false` where three would not be left. Neighbours keep theirs. */
  remove({ grid, polygon, ring, at }: Place): boolean {
    const line = this.grids.get(grid)?.polygons[polygon]?.[ring];
    if (!line || line.length <= 4) return false;
    line.splice(at, 1);
    if (at === 0) line[line.length - 1] = line[0]!;
    this.touched.add(grid);
    return true;
  }

  /** Gives a grid an outline of its own. */
  outline(id: string, line: Position[]): void {
    const ring = line.map(rounded);
    this.grids.get(id)!.polygons = [[[...ring, ring[0]!]]];
    this.touched.add(id);
  }

  collection(): FeatureCollection {
    return {
      type: "FeatureCollection",
      features: [...this.grids.values()].filter(({ polygons }) => polygons.length).map(({ id, name, polygons }) => ({
        type: "Feature", properties: { id, name }, geometry: { type: "MultiPolygon", coordinates: polygons },
      })),
    };
  }
}

function geometryOf({ polygons }: Grid): object | undefined {
  if (!polygons.length) return undefined;
  return polygons.length === 1 ? { type: "Polygon", coordinates: polygons[0] } : { type: "MultiPolygon", coordinates: polygons };
}
