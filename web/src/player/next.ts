import * as library from "../api/library";
import type { Item } from "../api/types";

/** The episode after this one, over the border of seasons; specials lead nowhere else than to specials. */
export function following(episodes: Item[], current: Item): Item | undefined {
  const special = current.parentIndex === 0;
  const chain = episodes.filter((one) => (one.parentIndex === 0) === special);
  const index = chain.findIndex((one) => one.ratingKey === current.ratingKey);
  return index < 0 ? undefined : chain[index + 1];
}

export async function nextEpisode(current: Item): Promise<Item | undefined> {
  const show = current.grandparentRatingKey;
  if (!show) return undefined;
  try {
    return following(await library.leaves(show), current);
  } catch {
    return undefined; // an episode plays without knowing what comes next
  }
}
