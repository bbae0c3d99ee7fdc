/** Which part of the time axis is seen, and how it is moved. Times in microseconds, `x` in pixels. */
export class Viewport {
  from = 0;
  to = 1;

  get span(): number {
    return this.to - this.from;
  }

  x(time: number, width: number): number {
    return ((time - this.from) / this.span) * width;
  }

  time(x: number, width: number): number {
    return this.from + (x / width) * this.span;
  }

  /** Everything, with a little air. */
  fit(from: number, to: number): void {
    const span = Math.max(to - from, LEAST_SPAN);
    this.from = from - span * 0.02;
    this.to = from + span * 1.12;
  }

  /** `factor` below 1 shows less time, larger; the time `around` stays where it is. */
  zoom(factor: number, around: number, whole: { readonly from: number; readonly to: number }): void {
    const most = Math.max(whole.to - whole.from, LEAST_SPAN) * 4;
    const span = Math.min(most, Math.max(LEAST_SPAN, this.span * factor));
    const share = (around - this.from) / this.span;
    this.from = around - share * span;
    this.to = this.from + span;
  }

  pan(microseconds: number): void {
    this.from += microseconds;
    this.to += microseconds;
  }

  /** Moves as little as it takes to see a time, well within the edges. */
  show(time: number): void {
    const margin = this.span * 0.1;
    if (time < this.from + margin) this.pan(time - margin - this.from);
    else if (time > this.to - margin) this.pan(time + margin - this.to);
  }

  /** The same span, with `latest` near the right edge. */
  follow(latest: number): void {
    this.pan(latest + this.span * 0.05 - this.to);
  }
}

/** A microsecond: clocks tell no less. */
const LEAST_SPAN = 1;

/** Round times between `from` and `to`, about every `pixels` pixels, and what they are called. */
export function ticks(from: number, to: number, width: number, pixels = 110): { time: number; label: string }[] {
  const rough = ((to - from) / width) * pixels;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * (rough / power < 2 ? 2 : rough / power < 5 ? 5 : 10);
  const found: { time: number; label: string }[] = [];
  for (let index = Math.ceil(from / step); index * step <= to; index += 1) {
    found.push({ time: index * step, label: duration(index * step, step) });
  }
  return found;
}

/** `1.25 s`, `300 ms`, `12 µs`, to the precision of `step`. */
export function duration(microseconds: number, step = microseconds / 100): string {
  const size = Math.max(Math.abs(microseconds), step);
  const [unit, name] = size >= 1e6 ? [1e6, 's'] : size >= 1e3 ? [1e3, 'ms'] : [1, 'µs'];
  const digits = Math.min(6, Math.max(0, Math.ceil(-Math.log10(Math.max(step, 1e-3) / unit) - 1e-9)));
  return `${(microseconds / unit).toFixed(digits)} ${name}`;
}
