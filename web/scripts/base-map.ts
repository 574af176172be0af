/**
 * What lies under our own map where the operator has a file of it: roads, water and houses, quiet enough that areas and
 * matters stay what one sees first. Vector tiles are drawn in the page's own colours, pictures are paled.
 */

import type { ExpressionSpecification, IControl, LayerSpecification, SourceSpecification } from "maplibre-gl";
import type { Palette } from "./palette";

/** What the program says of the base map (TileJSON). */
export interface BaseMap {
  tiles: string[];
  minzoom: number;
  maxzoom: number;
  bounds: [number, number, number, number];
  attribution: string;
  format: "vector" | "raster";
  vector_layers: { id: string }[];
}

const SOURCE = "base-map";

/** Asks what the base map is; none where the page names none, or it cannot be had: a map without ground is still a map. */
export async function baseMap(): Promise<BaseMap | undefined> {
  const address = document.querySelector<HTMLMetaElement>("meta[name=lx-base-map]")?.content;
  if (!address) return undefined;
  const answer = await fetch(address).catch(() => undefined);
  return answer?.ok ? ((await answer.json()) as BaseMap) : undefined;
}

export function baseSource({ tiles, minzoom, maxzoom, bounds, format }: BaseMap): Record<string, SourceSpecification> {
  // The worker asks for the tiles itself, and needs whole addresses for it.
  const whole = tiles.map((tile) => location.origin + tile);
  return { [SOURCE]: { type: format, tiles: whole, minzoom, maxzoom, bounds, ...(format === "raster" ? { tileSize: 256 } : {}) } as SourceSpecification };
}

/** What a layer of vector tiles holds, by what its makers call it: Protomaps, OpenMapTiles, Shortbread, or a county's own name. */
const KINDS: [RegExp, (id: string, look: Palette) => LayerSpecification[]][] = [
  // Points of interest and edges of areas: we have our own, and they are newer.
  [/poi|boundar|addresses|housenum|界|门牌/i, () => []],
  [/place|label|name|地名|注记/i, names],
  [/water|ocean|river|lake|水|河|湖/i, water],
  [/road|street|transport|highway|rail|bridge|路|道|桥/i, roads],
  [/building|house|房|楼|建筑/i, (id, look) => [fill(id, look.ink, 0.07, 13)]],
  [/green|park|forest|wood|landcover|landuse|^land|林|绿|田/i, (id, look) => [fill(id, look.good, 0.06)]],
  [/earth|bathymetry|hillshade|contour/i, () => []],
];

function within(id: string): { source: string; "source-layer": string } {
  return { source: SOURCE, "source-layer": id };
}

const AREA: ExpressionSpecification = ["==", ["geometry-type"], "Polygon"];
const LINE: ExpressionSpecification = ["==", ["geometry-type"], "LineString"];

function fill(id: string, colour: string, opacity: number, minzoom = 0): LayerSpecification {
  return { id: `base-${id}`, type: "fill", ...within(id), minzoom, filter: AREA, paint: { "fill-color": colour, "fill-opacity": opacity, "fill-antialias": false } };
}

function water(id: string, look: Palette): LayerSpecification[] {
  return [
    fill(id, look.calm, 0.16),
    { id: `base-${id}-line`, type: "line", ...within(id), filter: LINE, paint: { "line-color": look.calm, "line-opacity": 0.3, "line-width": ["interpolate", ["linear"], ["zoom"], 10, 0.8, 16, 3] } },
  ];
}

/** A road is as wide as its makers say it matters; one that says nothing is a lane. */
const RANK: ExpressionSpecification = ["match", ["coalesce", ["get", "kind"], ["get", "class"], ""],
  ["highway", "motorway", "trunk"], 3, ["major_road", "primary", "secondary"], 2, ["medium_road", "tertiary", "minor_road", "minor", "residential", "unclassified"], 1.2, 0.7];

function roads(id: string, look: Palette): LayerSpecification[] {
  const wide = (factor: number): ExpressionSpecification => ["*", factor, RANK];
  return [
    fill(id, look.edge, 0.1, 13),
    {
      id: `base-${id}-line`, type: "line", ...within(id), filter: LINE, layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": look.edge, "line-opacity": 0.55, "line-width": ["interpolate", ["exponential", 1.6], ["zoom"], 8, wide(0.4), 14, wide(1.4), 18, wide(5)] },
    },
    { ...words(id, look, 14), id: `base-${id}-name`, filter: LINE, layout: { ...words(id, look, 14).layout, "symbol-placement": "line" } } as LayerSpecification,
  ];
}

function names(id: string, look: Palette): LayerSpecification[] {
  return [words(id, look, 11)];
}

type Words = Extract<LayerSpecification, { type: "symbol" }>;

function words(id: string, look: Palette, minzoom: number): Words {
  return {
    id: `base-${id}`, type: "symbol", ...within(id), minzoom,
    layout: { "text-field": NAME, "text-font": ["sans-serif"], "text-size": 11, "text-padding": 6 },
    paint: { "text-color": look.ink2, "text-halo-color": look.surface, "text-halo-width": 1.5 },
  };
}

/** A name in the reader's language, else as it is written there. */
const NAME: ExpressionSpecification = ["coalesce",
  ...({ "zh-CN": ["name:zh-Hans", "name:zh"], "zh-TW": ["name:zh-Hant", "name:zh"], en: ["name:en", "name_en"] }[document.documentElement.lang] ?? [])
    .map((key): ExpressionSpecification => ["get", key]),
  ["get", "name"], ["get", "名称"], ""];

/** The ground's layers, bottom first. */
export function baseLayers(base: BaseMap, look: Palette): LayerSpecification[] {
  if (base.format === "raster") {
    // On a dark page a bright picture blinds: its whites are taken down.
    const dark = getComputedStyle(document.documentElement).colorScheme.startsWith("dark");
    return [{ id: "base-picture", type: "raster", source: SOURCE, paint: { "raster-saturation": -0.5, "raster-opacity": dark ? 0.55 : 0.75, "raster-fade-duration": 0 } }];
  }
  const drawn = base.vector_layers.map(({ id }) => {
    const at = KINDS.findIndex(([form]) => form.test(id));
    const plain: LayerSpecification = { id: `base-${id}`, type: "line", ...within(id), paint: { "line-color": look.edge, "line-opacity": 0.4 } };
    return { at, layers: at < 0 ? [plain] : KINDS[at]![1](id, look) };
  });
  // The list's end lies lowest: green under houses under roads under water's names.
  return drawn.sort((a, b) => b.at - a.at).flatMap(({ layers }) => layers);
}

/** Whose map it is, in words: every map that shows it says so, on paper too. */
export class Credit implements IControl {
  readonly #said = document.createElement("p");

  constructor({ attribution }: BaseMap) {
    this.#said.className = "credit maplibregl-ctrl";
    this.#said.textContent = attribution;
  }

  onAdd(): HTMLElement {
    return this.#said;
  }

  onRemove(): void {
    this.#said.remove();
  }
}
