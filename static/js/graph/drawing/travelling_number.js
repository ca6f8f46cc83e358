/** The number that travels along an edge while a step is animated. */

import { easeCubicInOut } from "d3-ease";
import { select } from "d3-selection";
import "d3-transition"; // gives selections their transition()

/**
 * @param {SVGGElement} layer  where it is drawn
 */
export function createTravellingNumber(layer) {
  const token = select(layer).append("text").attr("class", "token").attr("aria-hidden", true).attr("visibility", "hidden");
  /** What a running animation still owes. @type {(() => void) | null} */
  let arrival = null;

  /** Bring a running animation to its end at once. */
  function settle() {
    const owed = arrival;
    arrival = null;
    owed?.();
  }

  return {
    settle,
    /**
     * @param {SVGGElement} edge
     * @param {"forward" | "backward"} kind
     * @param {string} text
     * @param {number} duration  ms
     * @param {() => void} onArrival
     */
    travel(edge, kind, text, duration, onArrival) {
      const mark = select(edge);
      const path = /** @type {SVGPathElement} */ (mark.select(".hit").node());
      const length = path.getTotalLength();
      mark.classed("travelling", true);
      token.text(text).attr("visibility", "visible").attr("class", `token ${kind}`);
      arrival = () => {
        token.interrupt().attr("visibility", "hidden");
        mark.classed("travelling", false);
        onArrival();
      };
      token.interrupt().transition().duration(duration).ease(easeCubicInOut)
        .attrTween("transform", () => (share) => {
          const { x, y } = path.getPointAtLength(length * (kind === "forward" ? share : 1 - share));
          return `translate(${x},${y})`;
        })
        .on("end", settle);
    },
  };
}
