/** The pad to draw on: pointer events become strokes; it keeps its strokes when the page changes its width. */
import { adds, draw, type Drawing, type Point } from "./strokes";

const INK = "#0E2330";
/** Width in pixels of the picture that is sent. */
const PICTURE = 900;

export class Pad {
  readonly canvas = document.createElement("canvas");
  private drawing: Drawing = { width: 1, height: 1, strokes: [] };
  private current: Point[] | null = null;
  private began = 0;
  private readonly sizes = new ResizeObserver(() => this.redraw());

  /** `changed` after each stroke and after clearing. */
  constructor(private readonly changed: () => void) {
    this.canvas.addEventListener("pointerdown", (event) => this.down(event));
    this.canvas.addEventListener("pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel"]) this.canvas.addEventListener(end, () => this.up());
    this.sizes.observe(this.canvas);
  }

  get strokes(): Point[][] {
    return this.drawing.strokes;
  }

  clear(): void {
    this.drawing.strokes = [];
    this.redraw();
    this.changed();
  }

  stop(): void {
    this.sizes.disconnect();
  }

  /** The drawing with a PNG of it, for the form. */
  data(): Drawing & { png: string } {
    const picture = document.createElement("canvas");
    picture.width = PICTURE;
    picture.height = Math.round((PICTURE * this.drawing.height) / this.drawing.width);
    const context = picture.getContext("2d")!;
    context.strokeStyle = INK;
    draw(context, this.drawing, picture.width, picture.height);
    return { ...this.drawing, png: picture.toDataURL("image/png") };
  }

  private down(event: PointerEvent): void {
    if (event.button !== 0 || !event.isPrimary) return;
    event.preventDefault();
    this.canvas.setPointerCapture(event.pointerId);
    if (!this.drawing.strokes.length) this.measure(event.timeStamp);
    this.current = [];
    this.drawing.strokes.push(this.current);
    this.add(event);
  }

  /** The first stroke fixes the size that all points refer to. */
  private measure(time: number): void {
    this.began = time;
    this.drawing.width = this.canvas.clientWidth || 1;
    this.drawing.height = this.canvas.clientHeight || 1;
  }

  private move(event: PointerEvent): void {
    if (!this.current) return;
    for (const one of event.getCoalescedEvents?.() ?? [event]) this.add(one);
    this.redraw();
  }

  private add(event: PointerEvent): void {
    const box = this.canvas.getBoundingClientRect();
    const scale = this.drawing.width / (this.canvas.clientWidth || 1);
    const round = (value: number): number => Math.round(value * 10) / 10;
    const [x, y] = [round((event.clientX - box.left) * scale), round((event.clientY - box.top) * scale)];
    if (this.current && adds(this.current, x, y)) this.current.push([x, y, Math.max(0, Math.round(event.timeStamp - this.began))]);
  }

  private up(): void {
    if (!this.current) return;
    this.current = null;
    this.redraw();
    this.changed();
  }

  private redraw(): void {
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [Math.round(this.canvas.clientWidth * ratio), Math.round(this.canvas.clientHeight * ratio)];
    if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, { width, height });
    const context = this.canvas.getContext("2d");
    if (!context) return;
    context.clearRect(0, 0, width, height);
    context.strokeStyle = INK;
    if (this.drawing.strokes.length) draw(context, this.drawing, width, height);
  }
}
