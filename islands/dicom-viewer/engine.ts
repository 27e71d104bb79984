/** Starts Cornerstone once for the page and makes the tools: everything that touches its global state is here. */
import * as core from "@cornerstonejs/core";
import * as loader from "@cornerstonejs/dicom-image-loader";
import * as tools from "@cornerstonejs/tools";
import { textLines } from "./mark-words";

export const PARALLEL = 6;
const MEMORY = 1024 * 1024 * 1024;

/** Names of the tools, by the action that takes them in hand. */
export const HANDS = {
  window: tools.WindowLevelTool.toolName,
  scroll: tools.StackScrollTool.toolName,
  zoom: tools.ZoomTool.toolName,
  pan: tools.PanTool.toolName,
  length: tools.LengthTool.toolName,
  region: tools.EllipticalROITool.toolName,
  arrow: tools.ArrowAnnotateTool.toolName,
} as const;
export type Hand = keyof typeof HANDS;
export const MARKING: readonly Hand[] = ["length", "region", "arrow"];

let started = false;
let groups = 0;

/** Starts rendering, decoding workers and tools. `cpu` draws without WebGL; it counts only for the first viewer of a page. */
export function startEngine(cpu: boolean): void {
  if (started) return;
  started = true;
  core.init();
  if (cpu) core.setUseCPURendering(true);
  core.cache.setMaxCacheSize(MEMORY);
  loader.init({ maxWebWorkers: Math.min(4, Math.max(1, Math.floor((navigator.hardwareConcurrency || 2) / 2))) });
  core.imageLoadPoolManager.setMaxSimultaneousRequests(core.Enums.RequestType.Prefetch, PARALLEL);
  tools.init();
  letTextStylesPass();
  for (const tool of [
    tools.WindowLevelTool, tools.StackScrollTool, tools.ZoomTool, tools.PanTool,
    tools.LengthTool, tools.EllipticalROITool, tools.ArrowAnnotateTool,
  ]) tools.addTool(tool);
}

/** Cornerstone styles the words of marks by a style attribute, which `style-src 'self'` refuses; the same through the CSSOM passes. */
function letTextStylesPass(): void {
  const plain = SVGTextElement.prototype.setAttribute;
  SVGTextElement.prototype.setAttribute = function (this: SVGTextElement, name: string, value: string): void {
    if (name === "style") this.style.cssText = value;
    else plain.call(this, name, value);
  };
}

export const memory = (): number => MEMORY;
export const drawsOnCpu = (): boolean => core.getShouldUseCPURendering();

/** Marks take the page's mark colour; no yellow, which means “you are here”. */
export function styleMarks(color: string): void {
  const still = { color, colorHighlighted: "#FFFFFF", colorSelected: "#FFFFFF", colorLocked: color };
  const words = {
    textBoxColor: color, textBoxColorHighlighted: "#FFFFFF", textBoxColorSelected: "#FFFFFF", textBoxColorLocked: color,
    textBoxFontFamily: "Hyperlegible, system-ui, sans-serif", textBoxFontSize: "14px", textBoxLinkLineDash: "2,3",
  };
  const { style } = tools.annotation.config;
  const usual = style.getDefaultToolStyles();
  style.setDefaultToolStyles({ ...usual, global: { ...usual.global, ...still, ...words, lineWidth: "1.5" } });
}

export interface ArrowWords {
  ask(keep: (words: string) => void): void;
}

/** The two viewports' common tools, with the first hand taken. */
export class Toolbox {
  readonly #group: tools.Types.IToolGroup;
  #hand: Hand = "scroll";

  constructor(private readonly arrow: ArrowWords, private readonly readOnly: boolean) {
    groups += 1;
    this.#group = tools.ToolGroupManager.createToolGroup(`konsil-${groups}`)!;
    for (const hand of Object.keys(HANDS) as Hand[]) this.#group.addTool(HANDS[hand], this.#settings(hand));
    this.take(matchMedia("(pointer: coarse)").matches ? "scroll" : "window");
  }

  get hand(): Hand {
    return this.#hand;
  }

  get id(): string {
    return this.#group.id;
  }

  /** Gives a viewport the tools; once is enough. */
  add(viewportId: string, engineId: string): void {
    if (!this.#group.getViewportIds().includes(viewportId)) this.#group.addViewport(viewportId, engineId);
  }

  remove(viewportId: string, engineId: string): void {
    this.#group.removeViewports(engineId, viewportId);
  }

  /** Puts one tool on the left button and on one finger; wheel, middle and right button and two fingers stay. */
  take(hand: Hand): void {
    if (this.readOnly && MARKING.includes(hand)) return;
    for (const marking of MARKING) this.#rest(marking);
    this.#hand = hand;
    const { Primary, Auxiliary, Secondary, Wheel } = tools.Enums.MouseBindings;
    const always: Partial<Record<Hand, tools.Types.IToolBinding[]>> = {
      scroll: [{ mouseButton: Wheel }],
      pan: [{ mouseButton: Auxiliary }],
      zoom: [{ mouseButton: Secondary }, { numTouchPoints: 2 }],
    };
    for (const one of ["window", "scroll", "zoom", "pan"] as const) this.#group.setToolPassive(HANDS[one], { removeAllBindings: true });
    for (const one of new Set<Hand>(["scroll", "pan", "zoom", hand])) {
      const first = one === hand ? [{ mouseButton: Primary }, { numTouchPoints: 1 }] : [];
      this.#group.setToolActive(HANDS[one], { bindings: [...first, ...(always[one] ?? [])] });
    }
  }

  /** Hidden marks can be neither seen nor grabbed. */
  hideMarks(hidden: boolean): void {
    if (hidden && MARKING.includes(this.#hand)) this.take("window");
    for (const marking of MARKING) {
      if (hidden) this.#group.setToolDisabled(HANDS[marking]);
      else this.#rest(marking);
    }
  }

  destroy(): void {
    tools.ToolGroupManager.destroyToolGroup(this.#group.id);
  }

  #rest(marking: Hand): void {
    if (this.readOnly) this.#group.setToolEnabled(HANDS[marking]);
    else this.#group.setToolPassive(HANDS[marking], { removeAllBindings: true });
  }

  #settings(hand: Hand): Record<string, unknown> {
    if (hand === "arrow") {
      return {
        getTextCallback: (done: (words: string) => void) => this.arrow.ask(done),
        changeTextCallback: (_data: unknown, _event: unknown, done: (words: string) => void) => this.arrow.ask(done),
      };
    }
    return MARKING.includes(hand) ? { getTextLines: textLines } : {};
  }
}
