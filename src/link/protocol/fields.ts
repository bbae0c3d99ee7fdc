/** What the messages are made of. */
import * as z from 'zod';

export const id = z.number().int().nonnegative();
export const none = z.object({});

/** A command: the shape of its arguments and of its result. */
export const command = <A extends z.ZodType, R extends z.ZodType>(args: A, result: R) => ({ args, result });
