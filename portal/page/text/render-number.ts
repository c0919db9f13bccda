/** `10,136` */
export function renderCount(count: number): string {
  return count.toLocaleString("en");
}

/** `10,136 hosts`, `1 host` */
export function renderCountOf(count: number, noun: string): string {
  return `${renderCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** `0`, `3.4`, `171,004` */
export function renderRate(perSecond: number): string {
  return perSecond > 0 && perSecond < 100 ? perSecond.toFixed(1) : renderCount(Math.round(perSecond));
}
