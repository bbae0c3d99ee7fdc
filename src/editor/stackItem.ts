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
