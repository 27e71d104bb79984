/** Writes marks so that they hold on any address of the server, and reads them back: {study, series, instance, frame} stands for the URL. */
import { spoken, type MarkData } from "./mark-words";
import { imageIdOf, type Reference, referenceOf } from "./stack";

/** The part of a Cornerstone annotation that we keep. */
export interface Annotation {
  annotationUID?: string;
  metadata?: Record<string, unknown> & { toolName: string; referencedImageId?: string; FrameOfReferenceUID?: string };
  data: MarkData & { handles?: Record<string, unknown> };
  isLocked?: boolean;
  isVisible?: boolean;
  highlighted?: boolean;
  invalidated?: boolean;
}

/** One mark as it is saved. `said` tells in words what it measures. */
export interface Mark {
  uid: string;
  tool: string;
  reference: Reference;
  frameOfReference: string;
  handles: Record<string, unknown>;
  plane: Record<string, unknown>;
  label: string;
  author: string;
  at: string;
  said: string;
}

const PLANE = ["viewPlaneNormal", "viewUp", "planeRestriction"] as const;

/** A mark that was not drawn since it was read back is not measured again: what it said then still holds. */
function saidOf(toolName: string, data: MarkData): string {
  const measuredNow = Object.keys(data.cachedStats ?? {}).length > 0;
  return !measuredNow && data.said ? data.said : spoken(toolName, data);
}

/** A mark to save; null for one that belongs to no image of ours. */
export function markOf(annotation: Annotation): Mark | null {
  const { metadata, data } = annotation;
  const reference = referenceOf(metadata?.referencedImageId ?? "");
  if (!metadata || !reference || !annotation.annotationUID) return null;
  const plane = Object.fromEntries(PLANE.filter((key) => key in metadata).map((key) => [key, metadata[key]]));
  return {
    uid: annotation.annotationUID,
    tool: metadata.toolName,
    reference,
    frameOfReference: metadata.FrameOfReferenceUID ?? reference.series,
    handles: { ...(data.handles ?? {}), activeHandleIndex: null },
    plane,
    label: data.label ?? "",
    author: data.author ?? "",
    at: data.at ?? "",
    said: saidOf(metadata.toolName, data),
  };
}

/** The mark again as an annotation on this server's images; what it measures is worked out anew when it is drawn. */
export function annotationOf(mark: Mark, root: string): Annotation {
  return {
    annotationUID: mark.uid,
    isLocked: false,
    isVisible: true,
    highlighted: false,
    invalidated: true,
    metadata: {
      ...mark.plane,
      toolName: mark.tool,
      FrameOfReferenceUID: mark.frameOfReference,
      referencedImageId: imageIdOf(root, mark.reference),
    },
    data: { handles: structuredClone(mark.handles), cachedStats: {}, label: mark.label, author: mark.author, at: mark.at, said: mark.said },
  };
}

/** True for something the server sent that has the shape of a mark. */
export function isMark(value: unknown): value is Mark {
  const one = value as Partial<Mark> | null;
  const at = one?.reference;
  return typeof one?.uid === "string" && typeof one.tool === "string" && typeof at?.instance === "string" && typeof one.handles === "object";
}

export function sameImage(a: Reference, b: Reference): boolean {
  return a.instance === b.instance && a.frame === b.frame;
}
