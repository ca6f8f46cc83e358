/**
 * A drawing on the page as SVG that needs no page: each element with the colours and the type that it has there, and
 * texts line by line at their own places, with their lengths.
 */

import { escaped, rounded, textElement } from "./svg_text.js";

/** What is there to be pressed, not to be seen. */
const SURFACES = new Set(["hit", "switch", "handle", "reach"]);
/** @type {Record<string, string[]>} */
const PLACES = { rect: ["x", "y", "width", "height", "rx"], path: ["d"], circle: ["cx", "cy", "r"] };
/** From its middle line down to its baseline, in heights of the letters. */
const BASELINE = 0.35;

/**
 * @param {Element} root  within a page, which styles it
 * @param {(colour: string) => import("./colours.js").Colour} colourOf
 * @returns {string} markup of what is seen of it
 */
export function inlined(root, colourOf) {
  const style = getComputedStyle(root);
  if (style.display === "none" || style.visibility === "hidden" || Number(style.opacity) === 0) return "";
  if (root instanceof SVGTextElement) return lines(root, style, colourOf);
  const classes = [...root.classList];
  const isSurface = classes.some((name) => SURFACES.has(name));
  const tag = root.tagName;
  if (tag === "g" || tag === "svg") {
    if (isSurface) return "";
    const inside = Array.from(root.children, (child) => inlined(child, colourOf)).join("");
    const attributes = [kept(root, "transform"), Number(style.opacity) < 1 ? ` opacity="${rounded(Number(style.opacity))}"` : ""].join("");
    return inside && `<g${attributes}>${inside}</g>`;
  }
  // A surface is seen where it marks what it lies on.
  const paint = painted(style, colourOf);
  if (!(tag in PLACES) || (isSurface && !classes.includes("hit")) || !paint) return "";
  if (isSurface && (tag === "rect" || !paint.includes("stroke="))) return "";
  return `<${tag}${PLACES[tag].map((name) => kept(root, name)).join("")}${kept(root, "transform")}${paint}/>`;
}

/** @param {Element} element @param {string} name */
function kept(element, name) {
  const value = element.getAttribute(name);
  return value === null ? "" : ` ${name}="${escaped(value)}"`;
}

/**
 * Fill and stroke as attributes; nothing where neither is seen.
 * @param {CSSStyleDeclaration} style
 * @param {(colour: string) => import("./colours.js").Colour} colourOf
 */
function painted(style, colourOf) {
  const [fill, stroke] = [style.fill, style.stroke].map((paint) => (paint === "none" ? null : colourOf(paint)));
  const width = parseFloat(style.strokeWidth);
  const hasStroke = stroke !== null && stroke.alpha > 0 && width > 0;
  if (!hasStroke && !fill?.alpha) return "";
  const opacity = Number(style.opacity) < 1 ? ` opacity="${rounded(Number(style.opacity))}"` : "";
  const dashes = style.strokeDasharray === "none" ? "" : ` stroke-dasharray="${style.strokeDasharray.replaceAll("px", "")}"`;
  return opacity + colour("fill", fill) + (hasStroke ? `${colour("stroke", stroke)} stroke-width="${width}"${dashes}` : "");
}

/** @param {"fill" | "stroke"} name @param {import("./colours.js").Colour | null} paint */
function colour(name, paint) {
  if (!paint?.alpha) return ` ${name}="none"`;
  return ` ${name}="${paint.hex}"${paint.alpha < 1 ? ` ${name}-opacity="${rounded(paint.alpha)}"` : ""}`;
}

/**
 * A text, each of its runs as one of its own.
 * @param {SVGTextElement} text
 * @param {CSSStyleDeclaration} style
 * @param {(colour: string) => import("./colours.js").Colour} colourOf
 */
function lines(text, style, colourOf) {
  const runs = text.childElementCount ? [...text.children] : [text];
  const y = Number(text.getAttribute("y") ?? 0);
  let below = 0;
  const written = runs.map((run) => {
    below += Number(run === text ? 0 : run.getAttribute("dy") ?? 0);
    if (!(run instanceof SVGTextContentElement) || !run.textContent) return "";
    const own = getComputedStyle(run);
    const size = parseFloat(own.fontSize);
    const length = run.getComputedTextLength();
    const start = run.getStartPositionOfChar(0).x;
    const halo = own.stroke === "none" ? null : colourOf(own.stroke);
    return textElement(run.textContent, {
      x: start + length / 2, y: y + below + BASELINE * size, size, weight: own.fontWeight, length,
      fill: colourOf(own.fill).hex, halo: halo && { colour: halo.hex, width: parseFloat(own.strokeWidth) }, isSlanted: own.fontStyle === "italic",
    });
  }).join("");
  const transform = kept(text, "transform");
  const opacity = Number(style.opacity) < 1 ? ` opacity="${rounded(Number(style.opacity))}"` : "";
  return written && (transform || opacity ? `<g${transform}${opacity}>${written}</g>` : written);
}
