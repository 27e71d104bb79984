/** Reads and sets how a viewport looks at its image, in measures that hold on any screen and with any renderer. */
import type { StackViewport, Types } from "@cornerstonejs/core";
import { rangeOf, type Window, windowOf } from "./presets";

type Point3 = Types.Point3;

/** The world point in the middle of the canvas, and how many mm from its top to its bottom. */
export interface Place {
  centre: number[];
  height: number;
}
export interface Sight {
  window: Window | null;
  invert: boolean;
  zoom: number;
  pan: number[];
  place: Place | null;
}

const distance = (a: Point3, b: Point3) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

/** Size of the viewport in CSS pixels. */
function size(viewport: StackViewport): { width: number; height: number } {
  return { width: viewport.element.clientWidth, height: viewport.element.clientHeight };
}

export function placeOf(viewport: StackViewport): Place {
  const { width, height } = size(viewport);
  const middle = viewport.canvasToWorld([width / 2, height / 2]);
  const span = distance(viewport.canvasToWorld([width / 2, 0]), viewport.canvasToWorld([width / 2, height]));
  return { centre: [...middle], height: span };
}

/** Looks at the very place again: first the scale, then the middle. */
export function lookAt(viewport: StackViewport, place: Place): void {
  viewport.setZoom((viewport.getZoom() * placeOf(viewport).height) / place.height);
  const from = placeOf(viewport).centre;
  const camera = viewport.getCamera();
  const moved = (point: Point3 | undefined) => point?.map((part, axis) => part + place.centre[axis]! - from[axis]!) as Point3;
  viewport.setCamera({ ...camera, focalPoint: moved(camera.focalPoint), position: moved(camera.position) });
}

/** Enlarges (above 1) or reduces (below 1) around the middle. */
export function zoomBy(viewport: StackViewport, factor: number): void {
  const place = placeOf(viewport);
  lookAt(viewport, { centre: place.centre, height: place.height / factor });
}

export function windowIn(viewport: StackViewport): Window | null {
  const range = viewport.getProperties().voiRange;
  return range ? windowOf(range) : null;
}

export function setWindowIn(viewport: StackViewport, window: Window): void {
  viewport.setProperties({ voiRange: rangeOf(window) });
}

/** Zoom as a multiple of the view in which the whole image is just seen; the same with and without WebGL. */
export function zoomOf(viewport: StackViewport): number {
  const image = viewport.getImageData();
  if (!image) return 1;
  const { width, height } = size(viewport);
  const [across, down] = [image.dimensions[0] * image.spacing[0], image.dimensions[1] * image.spacing[1]];
  return Math.max(down, (across * height) / width) / placeOf(viewport).height;
}

export function sightOf(viewport: StackViewport): Sight {
  const { width, height } = size(viewport);
  const [x, y] = viewport.getPan();
  return {
    window: windowIn(viewport),
    invert: viewport.getProperties().invert ?? false,
    zoom: zoomOf(viewport),
    pan: [x / width, y / height],
    place: placeOf(viewport),
  };
}

export function restoreSight(viewport: StackViewport, sight: Partial<Sight>): void {
  if (sight.window) setWindowIn(viewport, sight.window);
  if (sight.invert !== undefined) viewport.setProperties({ invert: sight.invert });
  if (sight.place) lookAt(viewport, sight.place);
}
