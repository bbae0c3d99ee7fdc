/** Numbers by the million: typed arrays that grow, a few bytes an entry and nothing for the garbage collector to walk. */
type Typed = Float64Array | Int32Array | Uint8Array;

const FIRST_CAPACITY = 16;

export class Column {
  #length = 0;
  #data: Typed;

  constructor(private readonly make: (length: number) => Typed) {
    this.#data = make(FIRST_CAPACITY);
  }

  /** Times and sequence numbers, which are larger than 32 bits. */
  static doubles(): Column {
    return new Column((length) => new Float64Array(length));
  }

  static integers(): Column {
    return new Column((length) => new Int32Array(length));
  }

  static bytes(): Column {
    return new Column((length) => new Uint8Array(length));
  }

  get length(): number {
    return this.#length;
  }

  /** NaN outside of the column: a comparison with it is false. */
  at(index: number): number {
    return index < this.#length ? (this.#data[index] ?? NaN) : NaN;
  }

  push(value: number): void {
    if (this.#length === this.#data.length) {
      const larger = this.make(this.#length * 2);
      larger.set(this.#data);
      this.#data = larger;
    }
    this.#data[this.#length++] = value;
  }

  set(index: number, value: number): void {
    this.#data[index] = value;
  }
}
