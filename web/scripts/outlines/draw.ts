/**
 * Drawing the grids of a place: pick one, move its points, put new ones, draw an outline, cut along a line, join two. By
 * mouse and finger on the map; by keyboard the map's middle is the finger: Enter presses there, the arrows move the map, N and
 * P go from point to point, Delete takes one away. Every step is sent to be looked at, and the page says what is wrong.
 */

import type { FeatureCollection, Position } from "geojson";
import { LngLatBounds, type Map as GlMap, type MapMouseEvent } from "maplibre-gl";
import { key, Land, nearestOn, type Place } from "./land";
import { type Mark, Sight } from "./sight";

type Mode = "points" | "outline" | "cut" | "join";
const SNAP_PX = 14;
const TOUCH_PX = 22;
const WAIT_MS = 400;

interface Looked {
  wrong: FeatureCollection;
  woven: Record<string, { type: string; coordinates: unknown }>;
}

class Drawing {
  private mode: Mode = "points";
  private picked = "";
  private other = "";
  private hand: Place | undefined;
  private line: Position[] = [];
  private waiting = 0;
  private asked = 0;
  private readonly sight: Sight;
  private readonly form: HTMLFormElement;
  private readonly panel: HTMLElement;

  constructor(private readonly map: GlMap, private readonly land: Land, private readonly page: HTMLElement) {
    this.sight = new Sight(map);
    this.form = page.querySelector<HTMLFormElement>("form[data-outlines-save]")!;
    this.panel = page.querySelector<HTMLElement>("[data-outlines-panel]")!;
    this.picked = [...land.grids.keys()][0] ?? "";
    for (const button of page.querySelectorAll<HTMLButtonElement>("[data-mode]")) {
      button.addEventListener("click", () => this.choose(button.dataset["mode"] as Mode));
    }
    page.querySelector("[data-back]")?.addEventListener("click", () => this.back());
    page.querySelector("[data-done]")?.addEventListener("click", () => this.finish());
    const list = page.querySelector<HTMLSelectElement>("[data-pick-grid]");
    list?.addEventListener("change", () => this.pick(list.value));
    this.panel.addEventListener("change", ({ target }) => {
      if (target instanceof HTMLInputElement && target.name === "snap" && target.checked) void this.look(true);
    });
    this.form.addEventListener("submit", () => this.put());
    this.listen();
    this.pick(list?.value || this.picked);
    this.choose("points");
  }

  private listen(): void {
    const { map } = this;
    map.on("click", (event) => this.press([event.lngLat.lng, event.lngLat.lat], event));
    map.getCanvas().addEventListener("keydown", (event) => this.keyed(event));
    const grab = (event: MapMouseEvent): void => {
      if (this.mode !== "points") return;
      const mark = this.markAt(event.point);
      if (!mark || mark.what === "middle") return;
      event.preventDefault();
      const place = this.marks()[mark.index]!.place;
      this.land.remember();
      const drag = ({ lngLat }: MapMouseEvent): void => {
        this.land.move(place, this.snapped([lngLat.lng, lngLat.lat], place));
        this.show();
      };
      map.on("mousemove", drag);
      map.once("mouseup", () => {
        map.off("mousemove", drag);
        this.changed();
      });
    };
    map.on("mousedown", grab);
  }

  private choose(mode: Mode): void {
    this.mode = mode;
    this.hand = undefined;
    this.line = [];
    this.other = "";
    for (const button of this.page.querySelectorAll<HTMLElement>("[data-mode]")) {
      button.setAttribute("aria-pressed", String(button.dataset["mode"] === mode));
    }
    for (const hint of this.page.querySelectorAll<HTMLElement>("[data-for-mode]")) hint.hidden = hint.dataset["forMode"] !== mode;
    this.show();
  }

  private pick(id: string): void {
    if (!this.land.grids.has(id)) return;
    this.picked = id;
    this.hand = undefined;
    this.line = [];
    const list = this.page.querySelector<HTMLSelectElement>("[data-pick-grid]");
    if (list) list.value = id;
    for (const form of this.page.querySelectorAll<HTMLFormElement>("form[data-change]")) form.action = `/areas/${id}/change`;
    this.show();
  }

  /** The corners of the grid in hand and the middles between them, in order. */
  private marks(): { place: Place; position: Position; what: Mark["what"] }[] {
    if (this.mode !== "points") return [];
    const all: { place: Place; position: Position; what: Mark["what"] }[] = [];
    for (const { place, position } of this.land.points(this.picked)) {
      const held = this.hand !== undefined && JSON.stringify(this.hand) === JSON.stringify(place);
      all.push({ place, position, what: held ? "held" : "corner" });
      const next = this.land.position({ ...place, at: place.at + 1 });
      if (next) all.push({ place, position: [(position[0]! + next[0]!) / 2, (position[1]! + next[1]!) / 2], what: "middle" });
    }
    return all;
  }

  private markAt({ x, y }: { x: number; y: number }): Mark | undefined {
    let best: { mark: Mark; far: number } | undefined;
    for (const [index, { position, what }] of this.marks().entries()) {
      const at = this.map.project(position as [number, number]);
      const far = Math.hypot(at.x - x, at.y - y) + (what === "middle" ? 6 : 0);
      if (far < TOUCH_PX && far < (best?.far ?? Infinity)) best = { mark: { position, what, index }, far };
    }
    return best?.mark;
  }

  /** A corner or a border near by takes the point. */
  private snapped(position: Position, not?: Place): Position {
    const own = not && this.land.position(not);
    const px = (p: Position): [number, number] => {
      const { x, y } = this.map.project(p as [number, number]);
      return [x, y];
    };
    const here = px(position);
    const lines = [...this.land.grids.values()].flatMap(({ polygons }) => polygons.flat());
    for (const { geometry } of this.land.frame.features) {
      if (geometry.type === "Polygon") lines.push(...geometry.coordinates);
      if (geometry.type === "MultiPolygon") lines.push(...geometry.coordinates.flat());
    }
    let corner: { to: Position; far: number } | undefined;
    let border: { to: Position; far: number } | undefined;
    for (const line of lines) {
      for (let at = 0; at < line.length - 1; at += 1) {
        const [a, b] = [line[at]!, line[at + 1]!];
        const mine = own !== undefined && (key(a) === key(own) || key(b) === key(own));
        const far = Math.hypot(px(a)[0] - here[0], px(a)[1] - here[1]);
        if (!(own && key(a) === key(own)) && far < Math.min(SNAP_PX, corner?.far ?? Infinity)) corner = { to: a, far };
        if (mine) continue;
        const near = nearestOn(px(a), px(b), here);
        if (near.far < Math.min(SNAP_PX, border?.far ?? Infinity)) {
          border = { to: [a[0]! + (b[0]! - a[0]!) * near.share, a[1]! + (b[1]! - a[1]!) * near.share], far: near.far };
        }
      }
    }
    return corner?.to ?? border?.to ?? position;
  }

  private gridAt(point: { x: number; y: number }): string | undefined {
    const [found] = this.map.queryRenderedFeatures([point.x, point.y], { layers: ["land-fill"] });
    return found?.properties["id"] as string | undefined;
  }

  private press(position: Position, { point }: { point: { x: number; y: number } }): void {
    if (this.mode === "join") {
      const grid = this.gridAt(point);
      if (!grid) return;
      if (grid === this.picked) return;
      this.other = grid;
      const into = this.page.querySelector<HTMLInputElement>("[data-join-into]");
      if (into) into.value = grid;
      return this.show();
    }
    if (this.mode === "points") return this.pressPoint(position, point);
    this.line.push(this.snapped(position));
    const field = this.page.querySelector<HTMLInputElement>("[data-cut-line]");
    if (field && this.mode === "cut") field.value = this.line.map(([lon, lat]) => `${lon!.toFixed(7)},${lat!.toFixed(7)}`).join(" ");
    this.show();
  }

  /** A corner is taken up and put down where it is pressed next; a middle becomes a corner in hand. */
  private pressPoint(position: Position, point: { x: number; y: number }): void {
    const mark = this.markAt(point);
    if (this.hand && (!mark || mark.what === "middle")) {
      this.land.remember();
      this.land.move(this.hand, this.snapped(position, this.hand));
      this.hand = undefined;
      return this.changed();
    }
    if (mark?.what === "middle") {
      this.land.remember();
      this.hand = this.land.insert(this.marks()[mark.index]!.place, mark.position);
      return this.changed();
    }
    if (mark) this.hand = mark.what === "held" ? undefined : this.marks()[mark.index]!.place;
    else {
      const grid = this.gridAt(point);
      if (grid) return this.pick(grid);
    }
    this.show();
  }

  private keyed(event: KeyboardEvent): void {
    const middle = this.map.getCenter();
    if (event.key === "Enter") this.press([middle.lng, middle.lat], { point: this.map.project(middle) });
    else if (event.key === "n" || event.key === "p") this.step(event.key === "n" ? 1 : -1);
    else if (event.key === "Delete" || event.key === "Backspace") this.back(true);
    else return;
    event.preventDefault();
  }

  /** To the next corner of the grid: the map's middle goes there. */
  private step(by: number): void {
    const corners = this.marks().filter(({ what }) => what !== "middle");
    if (!corners.length) return;
    const middle = this.map.getCenter();
    const far = ({ position }: { position: Position }): number => Math.hypot(position[0]! - middle.lng, position[1]! - middle.lat);
    const nearest = corners.indexOf(corners.reduce((a, b) => (far(a) <= far(b) ? a : b)));
    const next = corners[(nearest + by + corners.length) % corners.length]!;
    this.map.jumpTo({ center: next.position as [number, number] });
  }

  /** One step back: of the line under way, else of what was drawn. With a corner in hand `erase` takes that away. */
  private back(erase = false): void {
    if (erase && this.hand) {
      this.land.remember();
      this.land.remove(this.hand);
      this.hand = undefined;
      return this.changed();
    }
    if (this.line.pop()) return this.show();
    if (this.land.undo()) this.changed();
  }

  /** The line under way becomes the grid's outline. */
  private finish(): void {
    if (this.mode !== "outline" || this.line.length < 3) return;
    this.land.remember();
    this.land.outline(this.picked, this.line);
    this.choose("points");
    this.changed();
  }

  private show(): void {
    this.sight.land(this.land, new Set([this.picked, this.other]));
    const corners: Mark[] = this.line.map((position, index) => ({ position, what: "corner", index }));
    this.sight.marks(this.mode === "points" ? this.marks().map(({ position, what }, index) => ({ position, what, index })) : corners);
    this.sight.line(this.line, this.mode === "outline");
  }

  private changed(): void {
    this.show();
    window.clearTimeout(this.waiting);
    this.waiting = window.setTimeout(() => void this.look(false), WAIT_MS);
  }

  /** Puts what was drawn into the form: as a file, since it may be longer than a field. */
  private put(): void {
    const files = new DataTransfer();
    files.items.add(new File([this.land.drawn()], "drawn.json", { type: "application/json" }));
    this.form.querySelector<HTMLInputElement>("input[type=file]")!.files = files.files;
  }

  /** Has it looked at, and says what was said. An answer that a later one overtook is not shown. */
  private async look(snap: boolean): Promise<void> {
    const number = (this.asked += 1);
    this.put();
    const sent = new FormData(this.form);
    if (snap) sent.set("snap", "yes");
    const answer = await fetch(this.form.dataset["outlinesSave"]!, { method: "POST", body: sent });
    if (number !== this.asked) return;
    if (!answer.ok && answer.status !== 422) return;
    this.panel.innerHTML = await answer.text();
    const looked = readLooked(this.panel);
    if (!looked) return;
    this.sight.wrong(looked.wrong);
    if (snap) {
      this.land.remember();
      this.land.take(looked.woven);
      this.show();
    }
  }
}

function readLooked(panel: HTMLElement): Looked | undefined {
  const text = panel.querySelector("script[data-looked]")?.textContent;
  return text ? (JSON.parse(text) as Looked) : undefined;
}

/** Takes the map over for drawing the grids that its `data-outlines` address gives. */
export async function letDraw(map: GlMap, element: HTMLElement): Promise<void> {
  const page = element.closest<HTMLElement>("[data-outlines-page]");
  const answer = await fetch(element.dataset["outlines"]!);
  if (!page || !answer.ok) return;
  const land = new Land((await answer.json()) as FeatureCollection);
  const kept = page.querySelector("script[data-drawn]")?.textContent;
  if (kept) land.take(JSON.parse(kept) as Looked["woven"]);
  const bounds = new LngLatBounds();
  for (const { position } of land.points()) bounds.extend(position as [number, number]);
  for (const { geometry } of land.frame.features) {
    const lines = geometry.type === "Polygon" ? geometry.coordinates : geometry.type === "MultiPolygon" ? geometry.coordinates.flat() : [];
    for (const position of lines.flat()) bounds.extend(position as [number, number]);
  }
  if (!bounds.isEmpty()) map.fitBounds(bounds, { padding: 32, animate: false });
  new Drawing(map, land, page);
}
