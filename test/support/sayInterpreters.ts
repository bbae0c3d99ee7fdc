/** Said once, before all tests: what they run on. */
import { cpythons } from './interpreters.js';

export default function sayInterpreters(): void {
  process.stderr.write(
    cpythons.length > 0
      ? `Tests run on the embedded CPython and on ${cpythons.map(({ version }) => version).join(', ')}.\n`
      : 'No CPython 3.12 or newer was found: what needs one is SKIPPED. Name some in COROSCOPE_PYTHONS.\n',
  );
}
