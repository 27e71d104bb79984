/** A drawn signature as data: strokes of points with time, which can be drawn again at any size. */

/** x and y in CSS pixels of the pad, t in ms since the first touch. */
export type Point = [x: number, y: number, t: number];
export type Drawing = { width: number; height: number; strokes: Point[][] };

/** Less ink than this is a slip of the finger and no signature. */
const LEAST_LENGTH = 40;

/** Length of all lines in pixels. */
export function inkLength(strokes: Point[][]): number {
  let length = 0;
  for (const stroke of strokes) {
    for (let i = 1; i < stroke.length; i++) length += Math.hypot(stroke[i]![0] - stroke[i - 1]![0], stroke[i]![1] - stroke[i - 1]![1]);
  }
  return length;
}

export function isSignature(strokes: Point[][]): boolean {
  return inkLength(strokes) >= LEAST_LENGTH;
}

/** Points nearer than a pixel to the last add nothing. */
export function adds(stroke: Point[], x: number, y: number): boolean {
  const last = stroke[stroke.length - 1];
  return !last || Math.hypot(x - last[0], y - last[1]) >= 1;
}

/** Draws `drawing` into `context`, scaled from its own size to `width` by `height`. */
export function draw(context: CanvasRenderingContext2D, drawing: Drawing, width: number, height: number): void {
  const scale = Math.min(width / drawing.width, height / drawing.height);
  context.lineCap = "round";
  context.lineJoin = "round";
  context.lineWidth = 2.6 * scale;
  for (const stroke of drawing.strokes) drawStroke(context, stroke, scale);
}

/** Curves through the middles of neighbouring points: round, as a pen goes. */
function drawStroke(context: CanvasRenderingContext2D, stroke: Point[], scale: number): void {
  const at = (i: number): [number, number] => [stroke[i]![0] * scale, stroke[i]![1] * scale];
  context.beginPath();
  context.moveTo(...at(0));
  if (stroke.length === 1) context.lineTo(at(0)[0] + 0.1, at(0)[1]);
  for (let i = 1; i < stroke.length; i++) {
    const [x, y] = at(i);
    const [nextX, nextY] = i + 1 < stroke.length ? at(i + 1) : [x, y];
    context.quadraticCurveTo(x, y, (x + nextX) / 2, (y + nextY) / 2);
  }
  context.stroke();
}
