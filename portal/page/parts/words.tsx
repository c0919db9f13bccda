interface WordsArgs {
  readonly text: string;
}

/** A sentence of the server's, in which commands and values stand between backticks. */
export function Words({ text }: WordsArgs) {
  const parts = text.split("`");
  // One without its twin is only a sign.
  if (parts.length % 2 === 0) return <>{text}</>;
  // A part is its place.
  return <>{parts.map((part, i) => (i % 2 === 1 ? <code key={i}>{part}</code> : part))}</>;
}
