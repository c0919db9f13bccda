/**
 * Which aggregator of `count` pulls each of a list of producers: their indexes, in the order of the producers. Shares differ by some per cent at most.
 * A producer that is added at the end moves no other; one aggregator more takes its share, 1/(count + 1) of all to within one, and moves nothing else.
 *
 * In thought the aggregators are added one by one: each new one takes a producer wherever it has less than its share of those so far, and the one
 * that has it has not.
 */
export function spread(producers: number, count: number): readonly number[] {
  const owners = new Array<number>(producers).fill(0);
  for (let newest = 1; newest < count; newest++) {
    const held = new Array<number>(newest + 1).fill(0);
    for (let index = 0; index < producers; index++) {
      const enough = (index + 1) / (newest + 1) - 0.5;
      const owner = owners[index]!;
      const taker = held[newest]! < enough && held[owner]! >= enough ? newest : owner;
      owners[index] = taker;
      held[taker]!++;
    }
  }
  return owners;
}
