/** Mends DICOM JSON where the image loader would stumble over what the standard allows. */
import { type Dataset, numbers, text } from "./dicomweb";

const PALETTE = ["00281201", "00281202", "00281203"];

/** The loader reads palettes only from `Value`; binary ones (OW, PS3.18 F.2.7) are unpacked to it. Little endian. */
export function withWholePalette(dataset: Dataset): void {
  for (const tag of PALETTE) {
    const element = dataset[tag];
    if (!element?.InlineBinary) continue;
    const bytes = Uint8Array.from(atob(element.InlineBinary), (char) => char.charCodeAt(0));
    element.Value = Array.from(new Uint16Array(bytes.buffer, 0, Math.floor(bytes.length / 2)));
    delete element.InlineBinary;
  }
}

/** Marks are grouped by Frame of Reference (0020,0052); plain X-rays have none, so their series stands for it. */
export function withFrameOfReference(dataset: Dataset): void {
  if (text(dataset, "00200052") === "") dataset["00200052"] = { vr: "UI", Value: [text(dataset, "0020000E")] };
}

/** Cornerstone reads the modality and the kind of image without asking whether they are there; OT and DERIVED claim nothing. */
export function withModality(dataset: Dataset): void {
  if (text(dataset, "00080060") === "") dataset["00080060"] = { vr: "CS", Value: ["OT"] };
  if (text(dataset, "00080008") === "") dataset["00080008"] = { vr: "CS", Value: ["DERIVED", "SECONDARY"] };
}

const SPACINGS = ["00280030", "00181164"];

/** A spacing of nought (0028,0030 or 0018,1164) is no spacing: without it lengths are told in pixels rather than as nothing. */
export function withoutZeroSpacing(dataset: Dataset): void {
  for (const tag of SPACINGS) {
    if (numbers(dataset, tag).some((part) => part <= 0)) delete dataset[tag];
  }
}
