/**
 * What a language implements to be debugged. The adapter (`dap`) knows this interface and never a language; a backend
 * knows `link` and `model` and never the Debug Adapter Protocol.
 */
import type { Transport } from '../link/transport.js';

/** How a debuggee ended. Neither field is set when it is not known (a program in a terminal of the user's). */
export interface Exit {
  readonly code?: number;
  /** `SIGKILL`, ... */
  readonly signal?: string;
}

/** A running debuggee: its runtime has connected, and sends `hello` as its first fact on `transport`. */
export interface Debuggee {
  readonly transport: Transport;
  /** For people: `Python 3.14.8 at /usr/bin/python3`, `Python 3.14.2 (embedded)`. */
  readonly description: string;
  readonly processId?: number;
  /** True when standard output, error and input travel over the link (the setting `redirectConsole`). */
  readonly redirectConsole: boolean;
  /** Settles once when the debuggee is gone, and never rejects. */
  readonly exited: Promise<Exit>;
  /** Ends it at once, with whatever it left behind. Safe at any time and more than once. */
  kill(): Promise<void>;
}

/** What to run, and how: checked and with defaults, in the settings that mean the same in every language. */
export interface LaunchRequest {
  /** Exactly one of the three is given. */
  readonly program?: string | undefined;
  readonly module?: string | undefined;
  /** Source text, or its lines. */
  readonly code?: string | readonly string[] | undefined;
  readonly args: readonly string[];
  readonly cwd?: string | undefined;
  /** Null takes a variable away. */
  readonly env: Readonly<Record<string, string | number | boolean | null>>;
  /** `env` wins over it. */
  readonly envFile?: string | undefined;
  readonly console: 'internalConsole' | 'integratedTerminal' | 'externalTerminal';
  /** The language's own, unchecked. */
  readonly [setting: string]: unknown;
}

/** What the adapter does for a backend while it launches. */
export interface LaunchContext {
  /** The client's terminal; absent when the client has none. Resolves once the client has started the command. */
  readonly runInTerminal?: (request: {
    readonly kind: 'integrated' | 'external';
    readonly title: string;
    readonly cwd: string;
    readonly args: readonly string[];
    readonly env: Readonly<Record<string, string | null>>;
  }) => Promise<{ readonly processId?: number }>;
  /** Text of the debuggee that does not come over the link (its own descriptors), and the backend's remarks (`console`). */
  readonly output: (category: 'stdout' | 'stderr' | 'console' | 'important', text: string) => void;
  /** What takes more than a second says what it does: `Starting Python in WebAssembly`. */
  readonly progress: (message: string) => void;
  /** Aborted when the session ends while the launch is still under way. */
  readonly signal: AbortSignal;
}

/** Why a launch could not be, in every language. */
export type LaunchErrorCode =
  | 'settingInvalid'
  | 'programNotFound'
  | 'folderNotFound'
  | 'envFileUnreadable'
  | 'interpreterNotFound'
  | 'interpreterNotExecutable'
  | 'interpreterUnusable'
  | 'interpreterTooOld'
  | 'interpreterUnsupported'
  | 'interpreterNotStarted'
  | 'embeddedNotStarted'
  | 'endedBeforeStart'
  | 'terminalUnavailable'
  | 'terminalRefused'
  | 'terminalFailed'
  | 'terminalTimeout';

/** A launch that cannot be: words for a person, and what to do. Mapped to the protocol once, in `dap/errors.ts`. */
export class LaunchError extends Error {
  constructor(
    readonly code: LaunchErrorCode,
    message: string,
    /** What to do now, as a sentence. */
    readonly hint: string,
  ) {
    super(message);
    this.name = 'LaunchError';
  }
}

export interface Backend {
  /** `python`. */
  readonly language: string;
  /** Exception filters the runtime knows, in the order they are shown; every language has `raised`, `uncaught` and `userUncaught`. */
  readonly exceptionFilters: readonly {
    readonly filter: string;
    readonly label: string;
    readonly description: string;
    readonly enabledByDefault: boolean;
  }[];
  /** For a person: what can be written as the condition of such a filter. */
  readonly exceptionConditions: string;
  /**
   * Checks what is the language's own in the launch settings, and that what they name is there; starts the debuggee.
   * @throws LaunchError
   */
  launch(settings: LaunchRequest, context: LaunchContext): Promise<Debuggee>;
}
