/**
 * The map: no server but our own. Areas and matters come as GeoJSON by address, everything is drawn in the
 * design tokens, over the base map of `base-map.ts` where there is one. With `data-pick` it takes a position for the form around it; otherwise it shows clusters to open. Where
 * there are too many to show one by one (`data-dense`), each picture is asked for anew and holds squares with their
 * counts; `data-heat` shows where they gather.
 */

import type { FeatureCollection } from "geojson";
import {
  type GeoJSONSource, type LayerSpecification, LngLatBounds, Map as GlMap, Marker, NavigationControl, Popup, ScaleControl, setWorkerUrl,
  type SourceSpecification, type StyleSpecification,
} from "maplibre-gl";
import sheet from "maplibre-gl/dist/maplibre-gl.css";
import { baseLayers, baseMap, type BaseMap, baseSource, Credit } from "./base-map";
import { labels } from "./label";
import { boxOf, type Level, levelsOf } from "./levels";
import { letDraw } from "./outlines/draw";
import { onLook, palette, type Palette } from "./palette";
import { placeOf, setPlace } from "./place";
import { word } from "./words";

setWorkerUrl(new URL(WORKER_FILE, import.meta.url).href);

const WHOLE_COUNTRY = { center: [104, 35] as [number, number], zoom: 3 };
const ALONE_ZOOM = 15;

/** MapLibre's own names for what it says. */
const SAID: Record<string, string> = {
  "NavigationControl.ZoomIn": word("map-zoom-in"),
  "NavigationControl.ZoomOut": word("map-zoom-out"),
  "Map.Title": word("map-title"),
  "Marker.Title": word("map-marker"),
  "Popup.Close": word("map-close"),
};

/**
 * MapLibre's own sheet, adopted rather than inserted: the content policy has no room for a style element. It goes into
 * the layer that app.css keeps for it, below our own components, so that the page's tokens win.
 */
function adoptSheet(): void {
  const adopted = new CSSStyleSheet();
  adopted.replaceSync(`@layer foreign { ${sheet} }`);
  document.adoptedStyleSheets.push(adopted);
}
adoptSheet();

/** Colour by a point's status; the words are in its popup and in the list beside the map. */
function tones(look: Palette): unknown[] {
  return [
    "match", ["get", "status"],
    ["on-time", "resolved"], look.good,
    "due-today", look.soon,
    ["overdue", "climbed"], look.late,
    "waiting", look.calm,
    look.ink2,
  ];
}

/** An area's ground: plain, or a breath of the colour of what is said of it. */
function ground(look: Palette): unknown[] {
  return ["match", ["get", "tone"], "on-time", look.good, "due-today", look.soon, "overdue", look.late, "waiting", look.calm, look.surface];
}

/** Plain ground covers what lies below; a colour lets it be read through. */
const GROUND_OPACITY = ["match", ["get", "tone"], ["on-time", "due-today", "overdue", "waiting"], 0.3, 1];

/** The chip's shape, as near as a character comes: colour alone says nothing to some readers. */
const SHAPES = [
  "match", ["get", "status"],
  "due-today", "◐", "overdue", "▲", "climbed", "↑", "waiting", "‖", "new", "◇", "refused", "✕",
  ["resolved", "closed"], "✓",
  "●",
];

const NOTHING: FeatureCollection = { type: "FeatureCollection", features: [] };

/** What is drawn: the areas level by level, since what shows when is computed here; the points, or where to get them. */
interface Content {
  areas: FeatureCollection;
  levels: Level[];
  points: string | FeatureCollection;
  heat: FeatureCollection;
  base: BaseMap | undefined;
}

/** Areas are the ground only: a reader who may not see them still gets the points. */
async function contentOf({ dataset }: HTMLElement): Promise<Content> {
  const answer = dataset["areas"] ? await fetch(dataset["areas"]) : undefined;
  const areas = answer?.ok ? ((await answer.json()) as FeatureCollection) : NOTHING;
  // The worker asks for the points itself, and needs the whole address for it.
  const points = dataset["points"] ? new URL(dataset["points"], location.href).href : NOTHING;
  const gathered = dataset["heat"] ? await fetch(dataset["heat"]) : undefined;
  const heat = gathered?.ok ? ((await gathered.json()) as FeatureCollection) : NOTHING;
  return { areas, levels: levelsOf(areas), points, heat, base: await baseMap() };
}

const FONT = ["sans-serif"];
const WIDEST_LINE = 2;
const DEEPEST = 24;

/** The lines of every level, the widest areas last, so that a town's edge lies over those of its villages. */
function lines(levels: Level[], look: Palette): LayerSpecification[] {
  return levels.map(({ drawnFrom, grid, frame }, index): LayerSpecification => ({
    id: `area-line-${index}`, type: "line", source: `areas-${index}`, minzoom: Math.min(drawnFrom, DEEPEST),
    layout: { "line-join": "round" },
    paint: {
      "line-color": index < 2 && !frame ? look.edge : look.line,
      "line-width": frame ? 1 : Math.max(1, WIDEST_LINE - index * 0.6),
      ...(grid ? { "line-dasharray": [4, 3], "line-color": look.edge } : {}),
    },
  })).reverse();
}

/** The names of every level from the widest areas down: what is asked for first keeps its room. */
function names(levels: Level[], look: Palette): LayerSpecification[] {
  return levels.map(({ namedFrom }, index): LayerSpecification => ({
    id: `area-name-${index}`, type: "symbol", source: `names-${index}`, minzoom: Math.min(namedFrom, DEEPEST),
    layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": index < 2 ? 14 : 12, "text-padding": 3, "text-variable-anchor": ["center", "bottom", "top", "left", "right"], "text-radial-offset": 1 },
    paint: { "text-color": index < 2 ? look.ink : look.ink2, "text-halo-color": look.surface, "text-halo-width": 2 },
  }));
}

/** How many a feature stands for: a matter, a square of them, or a cluster of either. */
const COUNT = ["coalesce", ["get", "n"], 1];
const SEVERAL = [">", COUNT, 1];

function sourcesOf({ levels, points, heat, base }: Content): Record<string, SourceSpecification> {
  const all: Record<string, SourceSpecification> = {
    points: {
      type: "geojson", data: points, cluster: true, clusterRadius: 44, clusterMaxZoom: 14,
      clusterProperties: { n: ["+", COUNT] },
    },
    heat: { type: "geojson", data: heat },
    ...(base ? baseSource(base) : {}),
  };
  levels.forEach(({ areas }, index) => {
    all[`areas-${index}`] = { type: "geojson", data: areas };
    all[`names-${index}`] = { type: "geojson", data: labels(areas) };
  });
  return all;
}

function styleOf(content: Content, look: Palette): StyleSpecification {
  const { levels, heat, base } = content;
  const beneath = base ? baseLayers(base, look) : [];
  const most = Math.max(2, ...heat.features.map(({ properties }) => Number(properties?.["n"])));
  return {
    version: 8,
    sources: sourcesOf(content),
    layers: [
      { id: "ground", type: "background", paint: { "background-color": look.sunk } },
      ...levels.map((_, index): LayerSpecification => ({
        id: `area-fill-${index}`, type: "fill", source: `areas-${index}`, paint: { "fill-color": ground(look) as never, "fill-opacity": GROUND_OPACITY as never, "fill-antialias": false },
      })),
      ...beneath,
      ...lines(levels, look),
      {
        id: "heat", type: "heatmap", source: "heat",
        paint: {
          "heatmap-weight": ["/", COUNT, most] as never,
          "heatmap-radius": ["interpolate", ["exponential", 1.5], ["zoom"], 8, 18, 15, 90],
          "heatmap-color": [
            "interpolate", ["linear"], ["heatmap-density"],
            0, "rgba(0,0,0,0)", 0.5, look.soon, 1, look.late,
          ],
          "heatmap-opacity": 0.75,
        },
      },
      ...names(levels, look).reverse(),
      {
        id: "heat-count", type: "symbol", source: "heat", filter: SEVERAL as never,
        layout: { "text-field": ["to-string", COUNT] as never, "text-font": FONT, "text-size": 12, "symbol-sort-key": ["-", 0, COUNT] as never, "text-padding": 6 },
        paint: { "text-color": look.ink, "text-halo-color": look.surface, "text-halo-width": 2 },
      },
      {
        id: "cluster", type: "circle", source: "points", filter: SEVERAL as never,
        paint: {
          "circle-color": look.ink,
          "circle-radius": ["interpolate", ["linear"], COUNT, 2, 14, 50, 22, 500, 32] as never,
          "circle-stroke-color": look.surface, "circle-stroke-width": 2,
        },
      },
      {
        id: "cluster-count", type: "symbol", source: "points", filter: SEVERAL as never,
        layout: { "text-field": ["to-string", COUNT] as never, "text-font": FONT, "text-size": 13, "text-allow-overlap": true },
        paint: { "text-color": look.paper },
      },
      {
        id: "point", type: "circle", source: "points", filter: ["!", SEVERAL] as never,
        paint: { "circle-color": tones(look) as never, "circle-radius": 10, "circle-stroke-color": look.surface, "circle-stroke-width": 2 },
      },
      {
        id: "point-shape", type: "symbol", source: "points", filter: ["!", SEVERAL] as never,
        layout: { "text-field": SHAPES as never, "text-font": FONT, "text-size": 11, "text-allow-overlap": true },
        paint: { "text-color": look.surface },
      },
    ],
  };
}

function viewOf(element: HTMLElement): { center: [number, number]; zoom: number } {
  const [lon, lat] = (element.dataset["center"] ?? "").split(",").map(Number);
  if (lon === undefined || lat === undefined || Number.isNaN(lon + lat)) return WHOLE_COUNTRY;
  return { center: [lon, lat], zoom: Number(element.dataset["zoom"] ?? 12) };
}

/** A matter's popup: its title as a link to its page, so that everything on the map is also a place to go. */
function card(title: string, href: string): HTMLElement {
  const link = document.createElement("a");
  link.href = href;
  link.textContent = title;
  return link;
}

function letOpen(map: GlMap): void {
  map.on("click", "cluster", async ({ features }) => {
    const [cluster] = features ?? [];
    if (cluster?.geometry.type !== "Point") return;
    const id = cluster.properties["cluster_id"] as number | undefined;
    // A square opens by coming closer: the next picture has smaller ones.
    const zoom = id === undefined ? map.getZoom() + 2 : await map.getSource<GeoJSONSource>("points")!.getClusterExpansionZoom(id);
    map.easeTo({ center: cluster.geometry.coordinates as [number, number], zoom });
  });
  map.on("click", "point", ({ features }) => {
    const [point] = features ?? [];
    if (point?.geometry.type !== "Point") return;
    const { title, href } = point.properties as { title?: string; href: string };
    // One that stands alone in its square tells what it is in a closer picture.
    if (!title) return void map.easeTo({ center: point.geometry.coordinates as [number, number], zoom: map.getZoom() + 2 });
    new Popup().setLngLat(point.geometry.coordinates as [number, number]).setDOMContent(card(title, href)).addTo(map);
  });
  for (const layer of ["cluster", "point"]) {
    map.on("mouseenter", layer, () => (map.getCanvas().style.cursor = "pointer"));
    map.on("mouseleave", layer, () => (map.getCanvas().style.cursor = ""));
  }
}

/** Picking: a press puts the marker, dragging it corrects, and Enter takes the middle for those who use keys. */
function letPick(map: GlMap, box: Element): void {
  const marker = new Marker({ color: palette().ink, draggable: true });
  const take = (lon: number, lat: number): void => {
    marker.setLngLat([lon, lat]).addTo(map);
    setPlace(box, lon, lat, word("place-picked", { lon: lon.toFixed(4), lat: lat.toFixed(4) }));
  };
  const follow = (): void => {
    const place = placeOf(box);
    if (!place) return;
    marker.setLngLat(place).addTo(map);
    map.jumpTo({ center: place, zoom: Math.max(map.getZoom(), ALONE_ZOOM) });
  };
  map.on("click", ({ lngLat }) => take(lngLat.lng, lngLat.lat));
  marker.on("dragend", () => take(marker.getLngLat().lng, marker.getLngLat().lat));
  map.getCanvas().addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    take(map.getCenter().lng, map.getCenter().lat);
  });
  box.addEventListener("lx:place", follow);
  follow();
}

/** Asks for each picture anew. */
function askAnew(map: GlMap, content: Content, address: string): void {
  const ask = (): void => {
    const [west, south, east, north] = map.getBounds().toArray().flat() as [number, number, number, number];
    const asked = new URL(address, location.href);
    asked.searchParams.set("box", [west, south, east, north].map((edge) => edge.toFixed(5)).join(","));
    content.points = asked.href;
    void map.getSource<GeoJSONSource>("points")?.setData(asked.href);
  };
  map.on("moveend", ask);
  ask();
}

/** Shows all of these at first, unless there is nothing to show. */
function fit(map: GlMap, bounds: LngLatBounds): void {
  if (!bounds.isEmpty()) map.fitBounds(bounds, { padding: Math.min(40, map.getContainer().clientWidth / 16), maxZoom: ALONE_ZOOM, animate: false });
}

async function pointBounds(map: GlMap): Promise<LngLatBounds> {
  const bounds = new LngLatBounds();
  const data = await map.getSource<GeoJSONSource>("points")!.getData();
  if (data.type !== "FeatureCollection") return bounds;
  for (const { geometry } of data.features) {
    if (geometry.type === "Point") bounds.extend(geometry.coordinates as [number, number]);
  }
  return bounds;
}

function areaBounds({ areas }: Content): LngLatBounds {
  const bounds = new LngLatBounds();
  for (const area of areas.features) {
    const box = boxOf(area);
    if (box) bounds.extend(new LngLatBounds([box[0], box[1]], [box[2], box[3]]));
  }
  return bounds;
}

/** What stands in the picture at first: the areas where there are any, else the points, else what the page named. */
async function frame(map: GlMap, content: Content, { dataset }: HTMLElement): Promise<void> {
  const whole = areaBounds(content);
  if (!whole.isEmpty()) return fit(map, whole);
  if (!dataset["center"] && dataset["points"]) fit(map, await pointBounds(map));
}

/** Takes over the element: its words give way to the map, which keeps its accessible name. */
export async function start(element: HTMLElement): Promise<void> {
  const content = await contentOf(element);
  const before = [...element.childNodes];
  element.dataset["ready"] = "";
  element.replaceChildren();
  const map = new GlMap({
    container: element,
    style: styleOf(content, palette()),
    ...viewOf(element),
    locale: SAID,
    attributionControl: false,
    cooperativeGestures: false,
    dragRotate: false,
    pitchWithRotate: false,
    fadeDuration: 0,
  });
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new ScaleControl({ unit: "metric" }), "bottom-left");
  if (content.base) map.addControl(new Credit(content.base), "bottom-right");
  try {
    await map.once("load");
  } catch (error) {
    map.remove();
    delete element.dataset["ready"];
    element.replaceChildren(...before);
    throw error;
  }
  const box = element.closest("[data-place]");
  await frame(map, content, element);
  if (element.dataset["outlines"] !== undefined) await letDraw(map, element);
  else if (element.dataset["pick"] !== undefined && box) letPick(map, box);
  else letOpen(map);
  if (element.dataset["dense"] !== undefined && element.dataset["points"]) askAnew(map, content, element.dataset["points"]);
  onLook(() => map.setStyle(styleOf(content, palette())));
}
