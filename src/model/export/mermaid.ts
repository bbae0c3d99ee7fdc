import type { ExchangeEvent } from '../exchangeEvent.js';
import { messageText, type Sequence } from '../sequence.js';

const VALUE_LIMIT = 60;

/**
 * A sequence diagram as Mermaid reads it (https://mermaid.js.org/syntax/sequenceDiagram.html). In a message `;` and `#`
 * are syntax, `end` as a word may be, and angle brackets are HTML to a renderer: what is not plain is written as an
 * entity, `#59;`.
 */
export function mermaidSequence({ participants, messages, left }: Sequence): string {
  const lines = ['sequenceDiagram'];
  participants.forEach(({ title }, index) => lines.push(`  participant p${index} as ${escaped(title)}`));
  if (left > 0 && participants.length > 0) lines.push(`  Note over p0: ${left} earlier messages are left out`);
  for (const { from, to, event } of messages) lines.push(`  p${from}${arrow(event)}p${to}: ${escaped(text(event))}`);
  return `${lines.join('\n')}\n`;
}

/** Solid: control goes in. Dashed: it comes back. A cross: with an exception. */
function arrow({ what }: ExchangeEvent): string {
  switch (what) {
    case 'next':
    case 'send':
    case 'close':
      return '->>';
    case 'throw':
      return '-x';
    case 'yield':
    case 'return':
      return '-->>';
    case 'raise':
      return '--x';
  }
}

function text(event: ExchangeEvent): string {
  const whole = messageText(event);
  return whole.length > VALUE_LIMIT ? `${whole.slice(0, VALUE_LIMIT - 1)}…` : whole;
}

function escaped(plain: string): string {
  const safe = Array.from(plain)
    .map((character) => (/[\p{L}\p{N} .,_()[\]{}'/=+*!?|~^@$-]/u.test(character) ? character : entity(character)))
    .join('');
  // The parser ends a block at the word, wherever it stands.
  return safe.replace(/\bend\b/gi, (word) => `${word.slice(0, 1)}${entity(word.slice(1, 2))}${word.slice(2)}`);
}

function entity(character: string): string {
  return `#${character.codePointAt(0) ?? 0};`;
}
