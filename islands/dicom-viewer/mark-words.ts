/** Says a mark in words: on the image, in the report's alternative text, and in what is saved. */

interface Stats {
  length?: unknown;
  unit?: string;
  area?: unknown;
  areaUnit?: string;
  mean?: unknown;
  stdDev?: unknown;
  modalityUnit?: string;
}
export interface MarkData {
  cachedStats?: Record<string, Stats>;
  label?: string;
  author?: string;
  at?: string;
  said?: string;
  [key: string]: unknown;
}

const first = (value: unknown): number | null => {
  const one = Array.isArray(value) ? value[0] : value;
  return typeof one === "number" && Number.isFinite(one) ? one : null;
};
const figure = (value: number) => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(1)).replace("-", "−");
const unit = (name: string | undefined) => (name && name !== "none" ? ` ${name}` : "");

/** "18.2 mm", or mean, deviation and area of a region; [] while nothing is measured. */
export function measured(stats: Stats | undefined): string[] {
  if (!stats) return [];
  const length = first(stats.length);
  if (length !== null) return [`${figure(length)}${unit(stats.unit)}`];
  const [mean, deviation, area] = [first(stats.mean), first(stats.stdDev), first(stats.area)];
  const lines: string[] = [];
  if (mean !== null) lines.push(`Mean ${figure(mean)}${unit(stats.modalityUnit)}${deviation === null ? "" : `, SD ${figure(deviation)}`}`);
  if (area !== null) lines.push(`Area ${figure(area)}${unit(stats.areaUnit)}`);
  return lines;
}

/** "Okoye, 14:01" today, "Okoye, Nov 12" on other days; "" when nobody is named. */
export function signedBy(author: string | undefined, at: string | undefined, now = new Date()): string {
  if (!author) return "";
  const time = at ? new Date(at) : null;
  if (!time || Number.isNaN(time.getTime())) return author;
  const today = time.toDateString() === now.toDateString();
  const clock = time.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  return `${author}, ${today ? clock : time.toLocaleDateString("en-US", { month: "short", day: "numeric" })}`;
}

/** Lines beside the mark, as Cornerstone asks for them. */
export function textLines(data: MarkData, targetId: string): string[] {
  const lines = measured(data.cachedStats?.[targetId]);
  const by = signedBy(data.author, data.at);
  return by === "" || lines.length === 0 ? lines : [...lines, by];
}

const lower = (line: string) => line.charAt(0).toLowerCase() + line.slice(1);

/** One sentence for a mark: what kind it is and what it measures. */
export function spoken(toolName: string, data: MarkData): string {
  const kinds: Record<string, string> = { Length: "length", EllipticalROI: "region", ArrowAnnotate: "arrow" };
  const stats = Object.values(data.cachedStats ?? {})[0];
  const rest = [...measured(stats).map(lower), data.label ?? ""].filter((part) => part !== "").join(", ");
  return [kinds[toolName] ?? "mark", rest].filter((part) => part !== "").join(" ");
}
