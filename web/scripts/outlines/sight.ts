/** What is seen of the land while it is drawn: its grids, the points of the one in hand, the line under way, what is wrong. */

import type { Feature, FeatureCollection, Position } from "geojson";
import type { GeoJSONSource, LayerSpecification, Map as GlMap } from "maplibre-gl";
import { labels } from "../label";
import { onLook, palette } from "../palette";
import type { Land } from "./land";

const NOTHING: FeatureCollection = { type: "FeatureCollection", features: [] };
const SOURCES = ["land-frame", "land-grids", "land-names", "land-wrong", "land-line", "land-points"] as const;
type Source = (typeof SOURCES)[number];

function layers(): LayerSpecification[] {
  const look = palette();
  const picked = ["==", ["get", "picked"], true] as never;
  return [
    { id: "land-fill", type: "fill", source: "land-grids", paint: { "fill-color": ["case", picked, look.calm, look.surface] as never, "fill-opacity": ["case", picked, 0.28, 0.6] as never } },
    { id: "land-edge", type: "line", source: "land-grids", layout: { "line-join": "round" }, paint: { "line-color": look.ink2, "line-width": ["case", picked, 2.5, 1.2] as never } },
    { id: "land-frame", type: "line", source: "land-frame", paint: { "line-color": look.ink, "line-width": 2, "line-dasharray": [3, 2] } },
    { id: "land-wrong", type: "fill", source: "land-wrong", paint: { "fill-color": look.late, "fill-opacity": 0.5 } },
    { id: "land-wrong-edge", type: "line", source: "land-wrong", paint: { "line-color": look.late, "line-width": 3 } },
    { id: "land-name", type: "symbol", source: "land-names", layout: { "text-field": ["get", "name"], "text-font": ["sans-serif"], "text-size": 13 }, paint: { "text-color": look.ink, "text-halo-color": look.surface, "text-halo-width": 2 } },
    { id: "land-line", type: "line", source: "land-line", paint: { "line-color": look.late, "line-width": 3, "line-dasharray": [2, 1] } },
    {
      id: "land-point", type: "circle", source: "land-points",
      paint: {
        "circle-radius": ["match", ["get", "what"], "middle", 5, "held", 11, 8] as never,
        "circle-color": ["match", ["get", "what"], "held", look.late, "middle", look.surface, look.ink] as never,
        "circle-stroke-color": ["match", ["get", "what"], "middle", look.ink2, look.surface] as never,
        "circle-stroke-width": 2,
      },
    },
  ];
}

/** A point as it is shown: a corner, the middle of a stretch where one can be put, or the one in hand. */
export interface Mark {
  position: Position;
  what: "corner" | "middle" | "held";
  index: number;
}

export class Sight {
  private readonly held = new Map<Source, FeatureCollection>();

  constructor(private readonly map: GlMap) {
    const add = (): void => {
      for (const source of SOURCES) {
        if (!map.getSource(source)) map.addSource(source, { type: "geojson", data: this.held.get(source) ?? NOTHING });
      }
      for (const layer of layers()) if (!map.getLayer(layer.id)) map.addLayer(layer);
    };
    add();
    // A new look brings a new style, which knows nothing of what was added to the old one.
    onLook(() => void map.once("style.load", add));
  }

  private set(source: Source, data: FeatureCollection): void {
    this.held.set(source, data);
    void this.map.getSource<GeoJSONSource>(source)?.setData(data);
  }

  land(land: Land, picked: Set<string>): void {
    const grids = land.collection();
    for (const { properties } of grids.features) properties!["picked"] = picked.has(String(properties!["id"]));
    this.set("land-frame", land.frame);
    this.set("land-grids", grids);
    this.set("land-names", labels(grids));
  }

  marks(marks: Mark[]): void {
    const feature = ({ position, what, index }: Mark): Feature => ({ type: "Feature", properties: { what, index }, geometry: { type: "Point", coordinates: position } });
    this.set("land-points", { type: "FeatureCollection", features: marks.map(feature) });
  }

  line(line: Position[], closed: boolean): void {
    const whole = closed && line.length > 2 ? [...line, line[0]!] : line;
    const features: Feature[] = whole.length > 1 ? [{ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: whole } }] : [];
    this.set("land-line", { type: "FeatureCollection", features });
  }

  wrong(wrong: FeatureCollection): void {
    this.set("land-wrong", wrong);
  }
}
