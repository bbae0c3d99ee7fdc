/** What a client and an adapter said to each other, as text that reads the same in every run and on every machine. */
import type { DebugProtocol as DAP } from '@vscode/debugprotocol';

export interface TranscriptEntry {
  readonly from: 'client' | 'adapter';
  readonly message: DAP.ProtocolMessage;
}

/** Texts that differ from run to run, and what stands for them: `{'/tmp/x1': '<folder>'}`. */
export type Replacements = Readonly<Record<string, string>>;

/**
 * One line a message: `→ next {...}`, `← next`, `← next failed: ...`, `* stopped {...}`. Process ids are left out and
 * `replacements` made; longer texts are replaced first.
 */
export function print(transcript: readonly TranscriptEntry[], replacements: Replacements = {}): string {
  const text = transcript.map(line).join('\n');
  return Object.entries(replacements)
    .sort(([one], [other]) => other.length - one.length)
    .reduce((all, [from, to]) => all.replaceAll(JSON.stringify(from).slice(1, -1), to), text);
}

function line({ from, message }: TranscriptEntry): string {
  switch (message.type) {
    case 'event': {
      const { event, body } = message as Omit<DAP.Event, 'body'> & { body?: unknown };
      return `* ${event}${values(body)}`;
    }
    case 'response': {
      const { command, success, body, message: short } = message as Omit<DAP.Response, 'body'> & { body?: unknown };
      if (success) return `${arrow(from)} ${command}${values(body)}`;
      const { error } = (body ?? {}) as { error?: DAP.Message };
      return `${arrow(from)} ${command} failed: ${error?.format ?? short ?? ''}`;
    }
    default: {
      const { command, arguments: args } = message as Omit<DAP.Request, 'arguments'> & { arguments?: unknown };
      return `${arrow(from)} ${command}${values(args)}`;
    }
  }
}

function arrow(from: TranscriptEntry['from']): string {
  return from === 'client' ? '→' : '←';
}

function values(body: unknown): string {
  if (body === undefined || body === null) return '';
  return ` ${JSON.stringify(body, (key, value: unknown) => (key === 'systemProcessId' || key === 'processId' ? undefined : value))}`;
}

/** What a stop shows: the innermost frame and its line, the functions further out, and what is passing or local. */
export interface Shown {
  readonly reason: string;
  readonly where: string;
  readonly stack: readonly string[];
  readonly values: Readonly<Record<string, string>>;
}

/** A session of steps as its user sees it: `→ stepIn`, `● step · numbers: got = yield i`, the callers, the values. */
export function printSteps(told: readonly (string | Shown)[]): string {
  return told.flatMap((each) => (typeof each === 'string' ? [`→ ${each}`] : shownLines(each))).join('\n');
}

function shownLines({ reason, where, stack, values: shown }: Shown): string[] {
  const texts = Object.entries(shown).map(([name, value]) => `${name} = ${value}`);
  return [
    `● ${reason} · ${where}`,
    ...(stack.length > 1 ? [`    called by ${stack.slice(1).join(', ')}`] : []),
    ...(texts.length > 0 ? [`    ${texts.join(' · ')}`] : []),
  ];
}
