// Puts one tile's stream and its snapshots together so that nothing is missed: messages that come before the snapshot wait,
// those that it already holds are dropped, and a gap, a new epoch or a call to reload asks for another snapshot.

export interface TileMessage<P> {
  epoch?: string | number;
  seq?: number;
  pins?: P[];
  gone?: string[];
  reload?: boolean;
}

export interface TileSnapshot<P> {
  tile: string;
  epoch: string | number;
  seq: number;
  /** Missing where the page has them all: `same`. */
  pins?: P[];
  same?: boolean;
}

/** What to do with a message: changes to apply now, or `resync` when a snapshot must be asked for. */
export type Step<P> = { apply: TileMessage<P>[]; resync: boolean };

const LONGEST_QUEUE = 500;
const NOTHING = { apply: [], resync: false };

export class Sequencer<P> {
  private epoch: string | number | null = null;
  private seq = -1;
  private synced = false;
  private waiting: TileMessage<P>[] = [];

  get isSynced(): boolean {
    return this.synced;
  }

  /** Forgets the position: after a reconnect, or when the server says that messages were dropped. */
  lose(): void {
    this.synced = false;
    this.waiting = [];
  }

  message(message: TileMessage<P>): Step<P> {
    if (message.reload || message.seq === undefined || message.epoch === undefined) {
      const asked = !this.synced;
      this.lose();
      return { apply: [], resync: !asked || message.reload === true };
    }
    if (!this.synced) {
      if (this.waiting.length < LONGEST_QUEUE) this.waiting.push(message);
      return NOTHING;
    }
    if (message.epoch === this.epoch && message.seq <= this.seq) return NOTHING;
    if (message.epoch === this.epoch && message.seq === this.seq + 1) {
      this.seq = message.seq;
      return { apply: [message], resync: false };
    }
    this.synced = false;
    this.waiting = [message];
    return { apply: [], resync: true };
  }

  /** Call after the snapshot's pins were applied: gives what came after it. */
  snapshot(snapshot: TileSnapshot<P>): Step<P> {
    this.epoch = snapshot.epoch;
    this.seq = snapshot.seq;
    this.synced = true;
    const queued = this.waiting;
    this.waiting = [];
    const apply: TileMessage<P>[] = [];
    for (let index = 0; index < queued.length; index++) {
      const step = this.message(queued[index] as TileMessage<P>);
      apply.push(...step.apply);
      if (step.resync) {
        this.waiting = queued.slice(index);
        return { apply, resync: true };
      }
    }
    return { apply, resync: false };
  }
}
