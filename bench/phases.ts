import type { BenchContext } from "./main";
import type { Comparison } from "./measure";
export async function phases(_context: BenchContext): Promise<readonly Comparison[]> { return []; }
