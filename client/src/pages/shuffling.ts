/** A uniformly random order, so that what was handed out or taken in tells nothing by its place. */

import { drawTime, type Randomness } from "../numbers.js";

export function shuffle<T>(items: readonly T[], random: Randomness): T[] {
  const rest = [...items];
  const mixed: T[] = [];
  while (rest.length > 0) {
    const [item] = rest.splice(drawTime(0, rest.length - 1, random), 1);
    if (item !== undefined) mixed.push(item);
  }
  return mixed;
}
