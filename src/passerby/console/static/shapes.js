// The shapes of a drawing as SVG. size: pixels of the picture in one pixel of the screen.
import { caption, node, path } from "./editing.js";

// What rules have in the picture: the head of a queue, the right direction.
export function spots(rules, size) {
  return rules.flatMap(({ head_px: head, direction_px: way }) => [
    ...(head ? [node("circle", { cx: head[0], cy: head[1], r: 7 * size, class: "way" })] : []),
    ...(way ? [node("polyline", { points: path(way), class: "count" }), node("circle", { cx: way[1][0], cy: way[1][1], r: 7 * size, class: "way" })] : []),
  ]);
}

export function outline({ kind, index, points }, css) {
  const tag = kind === "zones" ? "polygon" : "polyline";
  return node(tag, { points: path(points), class: css, "data-kind": kind, "data-index": index });
}

export function arrow([[x0, y0], [x1, y1]], size) {
  const long = Math.hypot(x1 - x0, y1 - y0) || 1;
  const [ax, ay] = [(x1 - x0) / long, (y1 - y0) / long];
  const [wide, reach] = [8 * size, 22 * size];
  const [mx, my] = [(x0 + x1) / 2, (y0 + y1) / 2];
  const corners = [[-ax * wide, -ay * wide], [-ay * reach, ax * reach], [ax * wide, ay * wide]];
  return node("polygon", { points: path(corners.map(([x, y]) => [mx + x, my + y])), class: "way" });
}

export function label({ kind, shape, points }, size) {
  if (kind === "lines") points = [points[1], points[1]];
  const x = points.reduce((sum, p) => sum + p[0], 0) / points.length;
  const y = points.reduce((sum, p) => sum + p[1], 0) / points.length;
  return caption(shape.name, [x, y], size);
}

export function unfinished(points, size) {
  const r = 5 * size;
  return [
    node("polyline", { points: path(points), class: "zone open" }),
    ...points.map((p, i) => node("circle", { cx: p[0], cy: p[1], r, class: i ? "corner" : "corner first" })),
  ];
}

// The distance of a point from a stretch between two points.
export function toSegment([x, y], [ax, ay], [bx, by]) {
  const [dx, dy] = [bx - ax, by - ay];
  const t = Math.min(Math.max(((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1), 0), 1);
  return Math.hypot(x - ax - t * dx, y - ay - t * dy);
}
