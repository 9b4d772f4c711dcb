// Pins drawn once per look and kept: a pill with the total, whose fill tells the availability and whose shape the kind; a
// mark of its own for each availability, so that colour is never alone.
import type { ListingType } from "../api/types";
import type { Availability } from "../state/spots";

export interface Look {
  label: string;
  count: number;
  availability: Availability;
  type: ListingType | null;
  mine: boolean;
  /** Not offered then, whoever else has booked: a hollow dot. */
  closed: boolean;
  selected: boolean;
  hovered: boolean;
}

export interface Sprite {
  canvas: HTMLCanvasElement;
  width: number;
  height: number;
  /** Where the sprite touches the ground, as a share of its height. */
  anchorY: number;
}

const MOST_SPRITES = 3_000;
const HEIGHT = 30;
const TAIL = 6;
const PADDING = 9;
const MARGIN = 4;
const GLYPH = 14;

const sprites = new Map<string, Sprite>();
let colours: Record<string, string> = {};

/** Reads the theme's colours; forget what was drawn in the old ones. */
export function restyle(): void {
  const style = getComputedStyle(document.documentElement);
  const names = ["free", "scarce", "full", "mine", "selected"].flatMap((name) => [`pin-${name}`, `pin-${name}-ink`, `pin-${name}-line`]);
  colours = Object.fromEntries([...names, "surface", "font"].map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
  sprites.clear();
}

export function sprite(look: Look): Sprite {
  const key = `${look.label}|${look.count}|${look.availability}|${shapeOf(look.type)}|${+look.mine}${+look.selected}${+look.hovered}${+look.closed}`;
  let known = sprites.get(key);
  if (!known) {
    if (sprites.size > MOST_SPRITES) sprites.clear();
    known = look.availability === "full" && look.count === 1 && !look.mine && !look.selected ? drawDot(look) : drawPill(look);
    sprites.set(key, known);
  }
  return known;
}

type Shape = "car-park" | "home" | "street";

function shapeOf(type: ListingType | null): Shape {
  if (type === "DRIVEWAY") return "home";
  return type === "ON_STREET" ? "street" : "car-park";
}

function toneOf(look: Look): string {
  if (look.selected) return "selected";
  if (look.mine) return "mine";
  return look.availability;
}

function sheet(width: number, height: number): [HTMLCanvasElement, CanvasRenderingContext2D] {
  const ratio = Math.min(3, Math.ceil(devicePixelRatio || 1));
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil(width * ratio);
  canvas.height = Math.ceil(height * ratio);
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  context.scale(ratio, ratio);
  return [canvas, context];
}

function drawDot(look: Look): Sprite {
  const size = look.hovered ? 22 : 16;
  const [canvas, context] = sheet(size, size);
  const middle = size / 2;
  context.beginPath();
  context.arc(middle, middle, middle - 2.5, 0, 2 * Math.PI);
  context.fillStyle = colours[look.closed ? "surface" : "pin-full"] as string;
  context.fill();
  context.lineWidth = 2;
  context.strokeStyle = colours[look.closed ? "pin-full" : "pin-full-line"] as string;
  context.stroke();
  if (look.closed) return { canvas, width: size, height: size, anchorY: 0.5 };
  context.beginPath();
  context.moveTo(middle - 3, middle);
  context.lineTo(middle + 3, middle);
  context.strokeStyle = colours["pin-full-ink"] as string;
  context.stroke();
  return { canvas, width: size, height: size, anchorY: 0.5 };
}

function drawPill(look: Look): Sprite {
  const tone = toneOf(look);
  const grown = look.selected || look.hovered;
  const size = grown ? 14.5 : 13.5;
  const font = `650 ${size}px ${colours.font}`;
  const badge = look.count > 1 ? String(look.count) : "";
  const measure = sheet(1, 1)[1];
  measure.font = font;
  const labelWidth = look.label ? measure.measureText(look.label).width : 0;
  measure.font = `650 11px ${colours.font}`;
  const badgeWidth = badge ? Math.max(18, measure.measureText(badge).width + 10) : 0;
  const bodyHeight = grown ? HEIGHT + 3 : HEIGHT;
  const leading = badge ? 0 : GLYPH + 5;
  const body = PADDING * 2 + leading + labelWidth + (badge ? badgeWidth + 5 - 3 : 0) + (look.label ? 0 : -4);
  const [width, height] = [body + MARGIN * 2, bodyHeight + TAIL + MARGIN * 2];
  const [canvas, context] = sheet(width, height);
  const [fill, ink, line] = [colours[`pin-${tone}`], colours[`pin-${tone}-ink`], colours[`pin-${tone}-line`]] as [string, string, string];

  context.shadowColor = "rgba(8, 24, 36, 0.28)";
  context.shadowBlur = 4;
  context.shadowOffsetY = 1.5;
  outline(context, MARGIN, MARGIN, body, bodyHeight, shapeOf(look.type) === "car-park" && !badge ? 8 : bodyHeight / 2);
  context.fillStyle = fill;
  context.fill();
  context.shadowColor = "transparent";
  context.lineWidth = 1.5;
  context.strokeStyle = line;
  context.stroke();

  const middle = MARGIN + bodyHeight / 2;
  let at = MARGIN + PADDING;
  if (!badge) {
    drawGlyph(context, shapeOf(look.type), look, at, middle - GLYPH / 2, ink);
    at += leading;
  }
  context.font = font;
  context.fillStyle = ink;
  context.textBaseline = "middle";
  context.fillText(look.label, at, middle + 0.5);
  at += labelWidth;
  if (badge) {
    const left = at + 5;
    context.beginPath();
    context.roundRect(left, middle - 9, badgeWidth, 18, 9);
    context.fillStyle = ink;
    context.fill();
    context.font = `650 11px ${colours.font}`;
    context.fillStyle = fill;
    context.textAlign = "center";
    context.fillText(badge, left + badgeWidth / 2, middle + 0.5);
  }
  return { canvas, width, height, anchorY: (MARGIN + bodyHeight + TAIL - 1) / height };
}

function outline(context: CanvasRenderingContext2D, x: number, y: number, width: number, height: number, radius: number): void {
  const middle = x + width / 2;
  context.beginPath();
  context.moveTo(x + radius, y);
  context.arcTo(x + width, y, x + width, y + height, radius);
  context.arcTo(x + width, y + height, x, y + height, radius);
  context.lineTo(middle + 6, y + height);
  context.lineTo(middle, y + height + TAIL);
  context.lineTo(middle - 6, y + height);
  context.arcTo(x, y + height, x, y, radius);
  context.arcTo(x, y, x + width, y, radius);
  context.closePath();
}

/** The kind (house, P, kerb) with the availability: a tick for one's own, a half disc for scarce. */
function drawGlyph(context: CanvasRenderingContext2D, shape: Shape, look: Look, x: number, y: number, ink: string): void {
  context.save();
  context.translate(x, y);
  context.strokeStyle = ink;
  context.fillStyle = ink;
  context.lineWidth = 1.8;
  context.lineJoin = "round";
  context.lineCap = "round";
  if (look.mine) {
    context.beginPath();
    context.moveTo(1.5, 7.5);
    context.lineTo(5.5, 11.5);
    context.lineTo(12.5, 3);
    context.lineWidth = 2.4;
    context.stroke();
  } else if (look.availability === "scarce" && !look.selected) {
    context.beginPath();
    context.arc(7, 7, 5.4, 0, 2 * Math.PI);
    context.stroke();
    context.beginPath();
    context.arc(7, 7, 5.4, Math.PI / 2, (3 * Math.PI) / 2);
    context.fill();
  } else if (shape === "home") {
    context.beginPath();
    context.moveTo(1, 7);
    context.lineTo(7, 1.5);
    context.lineTo(13, 7);
    context.moveTo(3, 6);
    context.lineTo(3, 12.5);
    context.lineTo(11, 12.5);
    context.lineTo(11, 6);
    context.stroke();
  } else if (shape === "street") {
    context.beginPath();
    context.moveTo(3.5, 13);
    context.lineTo(5.5, 1);
    context.moveTo(10.5, 13);
    context.lineTo(8.5, 1);
    context.moveTo(7, 11.5);
    context.lineTo(7, 9.5);
    context.moveTo(7, 5.5);
    context.lineTo(7, 3.5);
    context.stroke();
  } else {
    context.font = `800 14px ${colours.font}`;
    context.textBaseline = "middle";
    context.textAlign = "center";
    context.fillText("P", 7, 7.8);
  }
  context.restore();
}
