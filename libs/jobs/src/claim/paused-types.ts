import type { LeftOut } from '../store/sql/claim/claim-params.js';

/** What has changed: whether a type is paused that was not, and whether jobs of some type may start again. */
export interface TypesChange {
  paused: boolean;
  resumed: boolean;
}

/** How many due jobs a guarded claim looks at in each lane to find those of other types. It takes some milliseconds. */
const FEW_STEPS = 10_000;
const ALL_STEPS = 2_147_483_647;

/** The types of which a worker starts no job. Its claims step over them (docs/decisions/0035-paused-types.md). */
export class PausedTypes {
  private names: ReadonlySet<string> = new Set();
  private guarded: LeftOut | null = null;
  private unguarded: LeftOut | null = null;

  get isEmpty(): boolean {
    return this.names.size === 0;
  }

  has(type: string): boolean {
    return this.names.has(type);
  }

  /** Pauses exactly these types. */
  steer(types: readonly string[]): TypesChange {
    const before = this.names;
    this.names = new Set(types);
    this.guarded = this.isEmpty ? null : { types: [...types], steps: FEW_STEPS };
    this.unguarded = this.guarded && { ...this.guarded, steps: ALL_STEPS };
    return {
      paused: types.some((type) => !before.has(type)),
      resumed: [...before].some((type) => !this.names.has(type)),
    };
  }

  /** What a search leaves out. One that is `bounded` looks at a part of the due jobs. Null if no type is paused. */
  leftOut(bounded: boolean): LeftOut | null {
    return bounded ? this.guarded : this.unguarded;
  }
}
