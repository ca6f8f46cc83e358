/** A compact graph that does not fit yet: its nodes stand closer, then its names are cut shorter and shorter. */

import { MOST_BREVITY, usualBrevity } from "../labels.js";
import { inEvenColumns } from "./even_columns.js";
import { fitting, isNarrow, leastScale } from "./room.js";

/** @typedef {import("../../lib/types.js").Trace} Trace */
/** @typedef {import("./layout_plan.js").Plan} Plan */
/** @typedef {import("./layouter.js").Choice} Choice */
/** @typedef {import("./layouter.js").Line} Line */
/** @typedef {import("./room.js").Room} Room */
/**
 * @typedef {object} Arrange
 * @property {(how: {brevity: number, isDense?: boolean}) => Promise<Choice>} fitted
 * @property {(plan: Plan, name: string) => Promise<Line>} lineOf
 */

/** Names are cut shorter in a graph of no more nodes, as long as that may bring it to the least scale: by brevity, the share of it that was reached. */
const MOST_CUT = 80;
const NEARLY = [0, 0.35, 0.45, 0.6, 0.8];
/** From which share of the least scale on a closer arrangement is worth its time. */
const CLOSER = 0.8;

/** @param {Trace} trace @param {Room} room @param {Arrange} arrange @param {() => number} reached  share of the least scale @returns {AsyncGenerator<Choice, void>} */
export async function* closer(trace, room, arrange, reached) {
  const usual = usualBrevity(trace);
  // In a narrow figure a graph is read part by part: names say more there than a picture of the whole.
  const isWorthCutting = trace.nodes.length <= MOST_CUT && (room.isWhole || !isNarrow(room));
  const most = isWorthCutting ? MOST_BREVITY : usual;
  for (let brevity = usual; brevity <= most && reached() >= NEARLY[brevity]; brevity += 1) {
    if (brevity > usual) yield await arrange.fitted({ brevity });
    if (brevity > usual && reached() < CLOSER) continue;
    const dense = await arrange.fitted({ brevity, isDense: true });
    yield dense;
    yield await evened(dense, room, arrange);
  }
}

/** The largest of the dense pictures whose columns are about as high as the room. @param {Choice} dense @param {Room} room @param {Arrange} arrange @returns {Promise<Choice>} */
async function evened(dense, room, { lineOf }) {
  const least = leastScale(room, "compact");
  let best = dense;
  for (const [i, plan] of inEvenColumns(dense.line.plan, room, least).entries()) {
    const line = await lineOf(plan, `even ${plan.brevity} ${i}`);
    const scale = fitting(room, line.placed);
    if (scale > best.scale) best = { line, cuts: [], scale };
    if (best.scale >= least) break;
  }
  return best;
}
