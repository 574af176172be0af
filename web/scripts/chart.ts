/** Charts: bars and lines only, drawn as SVG from a JSON block, in the page's own colours. */

import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import type { ECBasicOption } from "echarts/types/dist/shared";
import { SVGRenderer } from "echarts/renderers";
import { onLook, palette, type Palette } from "./palette";
import { language, word } from "./words";

echarts.use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, AriaComponent, SVGRenderer]);

/** One chart as the server writes it. `null` is a month without a figure: a gap, never a zero. */
interface ChartData {
  kind: "bar" | "line" | "stack";
  unit: string;
  labels: string[];
  series: { name: string; values: (number | null)[] }[];
}

const DASHES = ["solid", "dashed", "dotted"] as const;

function dataOf(element: HTMLElement): ChartData {
  const block = element.querySelector('script[type="application/json"]')?.textContent ?? element.dataset["chart"];
  if (!block) throw new Error("a chart without data");
  return JSON.parse(block) as ChartData;
}

/** Series differ by lightness and dash before hue, so that a black-and-white print still tells them apart. */
function seriesOf(data: ChartData, colours: string[]): object[] {
  return data.series.map(({ name, values }, index) => {
    const colour = colours[index % colours.length];
    const common = { name, data: values, itemStyle: { color: colour } };
    return data.kind === "line"
      ? { ...common, type: "line", symbolSize: 7, connectNulls: false, lineStyle: { color: colour, width: 2, type: DASHES[index % DASHES.length] } }
      : { ...common, type: "bar", barMaxWidth: 28, barGap: "15%", ...(data.kind === "stack" ? { stack: "all" } : {}) };
  });
}

/** A percentage carries its sign on the axis; other units are named in the caption. */
function unitLabel(unit: string): (value: number) => string {
  return (value) => value.toLocaleString(language) + (unit === "%" ? "%" : "");
}

function optionOf(data: ChartData, look: Palette, size: number): ECBasicOption {
  const text = { color: look.ink2, fontFamily: look.face, fontSize: size };
  const rule = { lineStyle: { color: look.line } };
  return {
    animation: false,
    textStyle: text,
    grid: { left: 4, right: 12, top: 48, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    legend: { left: 0, top: 0, itemWidth: 18, textStyle: text, icon: data.kind === "line" ? undefined : "rect" },
    tooltip: {
      // Drawn in the picture: the other mode writes style attributes, which the content policy refuses.
      renderMode: "richText",
      trigger: "axis", confine: true, axisPointer: { type: data.kind === "line" ? "line" : "shadow" },
      backgroundColor: look.surface, borderColor: look.edge, textStyle: { ...text, color: look.ink },
      valueFormatter: (value: number | null) => (value === null ? word("chart-none") : `${value.toLocaleString(language)} ${data.unit}`),
    },
    xAxis: { type: "category", data: data.labels, axisLabel: text, axisLine: { lineStyle: { color: look.edge } }, axisTick: { show: false } },
    yAxis: { type: "value", scale: data.kind === "line", splitNumber: 4, axisLabel: { ...text, formatter: unitLabel(data.unit) }, splitLine: rule },
    series: seriesOf(data, [look.ink, look.edge, look.calm, look.soon, look.good]),
  };
}

/** How wide an upright A4 page is within its margins, in CSS pixels. */
const PAPER = 650;

/** Draws the chart and keeps it in step with its box and the page's look. */
export function start(element: HTMLElement): void {
  const data = dataOf(element);
  const canvas = document.createElement("div");
  canvas.className = "chart";
  element.append(canvas);
  const chart = echarts.init(canvas, null, { renderer: "svg" });
  const draw = (): void => {
    const size = parseFloat(getComputedStyle(element).fontSize) * 0.8;
    chart.setOption(optionOf(data, palette(), size), true);
  };
  // Where the paper is narrower still, `print.css` makes the picture smaller as a whole.
  chart.on("rendered", () => {
    canvas.querySelector("svg")?.setAttribute("viewBox", `0 0 ${chart.getWidth()} ${chart.getHeight()}`);
  });
  draw();
  onLook(draw);
  new ResizeObserver(() => chart.resize()).observe(canvas);
  // What is drawn for a wide screen cannot be read on paper; and paper does not wait for the next frame.
  addEventListener("beforeprint", () => {
    chart.resize({ width: PAPER });
    chart.getZr().flush();
  });
  addEventListener("afterprint", () => chart.resize());
}
