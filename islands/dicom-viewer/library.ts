/** Keeps what was asked of the DICOMweb server: series of a study and the stack of a series, each asked for once. */
import { wadors } from "@cornerstonejs/dicom-image-loader";
import { type Dataset, Dicomweb, DicomwebError, type Series, type Study } from "./dicomweb";
import { withFrameOfReference, withModality, withoutZeroSpacing, withWholePalette } from "./mending";
import { type StackImage, stackOf } from "./stack";

export class Library {
  readonly #web: Dicomweb;
  readonly #series = new Map<string, Promise<Series[]>>();
  readonly #stacks = new Map<string, Promise<StackImage[]>>();
  #studies: Promise<Study[]> | null = null;

  constructor(readonly root: string) {
    this.#web = new Dicomweb(root);
  }

  studies(): Promise<Study[]> {
    this.#studies ??= this.#web.studies();
    this.#studies.catch(() => (this.#studies = null));
    return this.#studies;
  }

  seriesOf(study: string): Promise<Series[]> {
    return this.#once(this.#series, study, () => this.#web.series(study));
  }

  /** The ordered images of a series, known to the image loader. Throws DicomwebError when none can be shown. */
  stackFor(study: string, series: string): Promise<StackImage[]> {
    return this.#once(this.#stacks, `${study}/${series}`, async () => {
      const metadata = await this.#web.metadata(study, series);
      metadata.forEach(mend);
      const stack = stackOf(this.root, study, series, metadata);
      if (stack.length === 0) throw new DicomwebError("This series has no images that can be shown here.");
      for (const one of stack) wadors.metaDataManager.add(one.imageId, one.dataset as never);
      return stack;
    });
  }

  #once<T>(kept: Map<string, Promise<T>>, key: string, fetch: () => Promise<T>): Promise<T> {
    const known = kept.get(key);
    if (known) return known;
    const asked = fetch();
    kept.set(key, asked);
    asked.catch(() => kept.delete(key));
    return asked;
  }
}

function mend(dataset: Dataset): void {
  withWholePalette(dataset);
  withFrameOfReference(dataset);
  withModality(dataset);
  withoutZeroSpacing(dataset);
}
