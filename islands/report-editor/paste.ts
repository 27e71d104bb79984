/** Cleans what comes from Word and from web pages before the schema reads it. */

/** Keeps structure and words; Word's false lists become lists, its comments and styles go. */
export function cleanPaste(html: string): string {
  const safe = html.replace(/<!--[\s\S]*?-->/g, "")
    .replace(/<(style|xml|script|title)\b[\s\S]*?<\/\1>/gi, "").replace(/<(meta|link|base|img|iframe|object|embed)\b[^>]*>/gi, "")
    .replace(/\son[a-z]+\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)/gi, "");
  const page = new DOMParser().parseFromString(safe.replace(/\sstyle=("[^"]*"|'[^']*')/gi, keepMarks), "text/html");
  wordLists(page.body);
  page.querySelectorAll("*").forEach(dropOfficeElement);
  return page.body.innerHTML;
}

/** Bold, italic and list level are all that a style may say here. */
function keepMarks(style: string): string {
  const marks = [
    /font-weight:\s*(bold|[6-9]00)/i.test(style) && 'data-bold=""',
    /font-style:\s*italic/i.test(style) && 'data-italic=""',
    /mso-list:\s*[^;"']*level(\d)/i.test(style) && `data-level="${/level(\d)/i.exec(style)![1]}"`,
  ];
  return ` ${marks.filter(Boolean).join(" ")}`;
}

function dropOfficeElement(element: Element): void {
  for (const [name, tag] of [["data-bold", "strong"], ["data-italic", "em"]] as const) {
    if (!element.hasAttribute(name) || /^(p|h\d|li|td|th|table|ul|ol|body)$/i.test(element.tagName)) continue;
    const mark = element.ownerDocument.createElement(tag);
    mark.append(...element.childNodes);
    element.append(mark);
  }
  if (/^[a-z]+:/i.test(element.tagName)) element.replaceWith(...element.childNodes);
}

const BULLET = /^\s*(?:[·•§o▪‣–-]|\u00b7|\uf0b7|\uf0a7)[\s\u00a0]+/;
const NUMBER = /^\s*(\d{1,3}|[a-z])[.)][\s\u00a0]+/i;

/** Word writes list items as paragraphs of class MsoListParagraph that begin with their sign. */
function wordLists(body: HTMLElement): void {
  let list: HTMLElement | null = null;
  for (const paragraph of Array.from(body.querySelectorAll<HTMLElement>("p"))) {
    const text = paragraph.textContent ?? "";
    const sign = isListParagraph(paragraph) ? BULLET.exec(text) ?? NUMBER.exec(text) : null;
    if (!sign) {
      list = null;
      continue;
    }
    const tag = BULLET.test(text) ? "ul" : "ol";
    if (!list || list.tagName.toLowerCase() !== tag || list.nextElementSibling !== paragraph) {
      list = body.ownerDocument.createElement(tag);
      paragraph.before(list);
    }
    dropStart(paragraph, sign[0].length);
    const item = body.ownerDocument.createElement("li");
    list.append(item);
    item.append(paragraph);
  }
}

function isListParagraph(paragraph: HTMLElement): boolean {
  return /MsoList/i.test(paragraph.className) || paragraph.hasAttribute("data-level");
}

/** Takes `length` characters from the front, across whatever elements they lie in. */
function dropStart(paragraph: HTMLElement, length: number): void {
  const walker = paragraph.ownerDocument.createTreeWalker(paragraph, 4);
  for (let left = length, node = walker.nextNode(); node && left > 0; node = walker.nextNode()) {
    const text = node.textContent ?? "";
    node.textContent = text.slice(left);
    left -= text.length;
  }
}
