/** Which thread and frame a command is meant for. */

export interface StackItem {
  readonly threadId: number;
  readonly frameId?: number;
}

/**
 * The call stack's context menu hands over the item it was opened on, and says its thread as `thread:<session>:<number>`;
 * from anywhere else it is the item that has the focus. A frame is known only where it has the focus, too.
 */
export function chosenItem(clicked: unknown, focused: Partial<StackItem> | undefined): StackItem | undefined {
  const focus = focused?.threadId === undefined ? undefined : { ...focused, threadId: focused.threadId };
  const { threadId } = (typeof clicked === 'object' && clicked !== null ? clicked : {}) as { threadId?: unknown };
  const number = typeof threadId === 'string' ? /^thread:.*:(\d+)$/.exec(threadId)?.[1] : undefined;
  if (number === undefined) return focus;
  return focus?.threadId === Number(number) ? focus : { threadId: Number(number) };
}

/**
 * The frame that the call stack's context menu was opened on, by its place in its thread's stack: the menu says it as
 * `stackframe:<thread>:<place>:<source>`. Undefined for anything else.
 */
export function clickedFrame(clicked: unknown): { readonly threadId: number; readonly index: number } | undefined {
  const given = (typeof clicked === 'object' && clicked !== null ? clicked : {}) as Record<string, unknown>;
  const { threadId, frameId } = given;
  const thread = chosenItem(clicked, undefined)?.threadId;
  if (thread === undefined || typeof frameId !== 'string') return undefined;
  const index = /^(\d+):/.exec(frameId.replace(`stackframe:${String(threadId)}:`, ''))?.[1];
  return index === undefined ? undefined : { threadId: thread, index: Number(index) };
}
