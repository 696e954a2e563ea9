import type { BenchContext } from "./main";
import type { Comparison } from "./measure";
export async function wheelhouse(_context: BenchContext): Promise<readonly Comparison[]> { return []; }
