/**
 * Names that were dropped and asked for again on one stream, and may not be sent.
 *
 * A server drops requests that carry an old nonce. If a response crosses both the request that drops a name and the one
 * that adds it again, the server sees neither: with the next ACK it sees a list that has not changed, and does not send
 * the name, which the client no longer holds. The cure is to say it once more in two steps, with the new nonce.
 */
export class ReaddedNames {
  /** Dropped since the last response, and between the last two. Older ones the server must have seen. */
  #dropped = new Set<string>();
  #droppedBefore = new Set<string>();
  #readded = new Set<string>();

  /** Notes the difference between two lists that were sent. */
  listChanged(before: readonly string[], after: readonly string[]): void {
    const kept = new Set(after);
    for (const name of before) if (!kept.has(name)) this.#dropped.add(name);
    if (this.#dropped.size === 0 && this.#droppedBefore.size === 0) return;
    const old = new Set(before);
    for (const name of after) {
      if (old.has(name)) continue;
      if (this.#dropped.delete(name) || this.#droppedBefore.delete(name)) this.#readded.add(name);
    }
  }

  /** A response came: gives the names to drop and add once more, unless the response held them. */
  responseCame(received: (name: string) => boolean): readonly string[] {
    this.#droppedBefore = this.#dropped;
    this.#dropped = new Set();
    const doubtful = [...this.#readded].filter((name) => !received(name));
    // Once only: a server that answers every added name, also one that it lacks, would otherwise be asked for ever.
    this.#readded.clear();
    return doubtful;
  }
}
