import { elasticRows } from "./elasticRows";
import { hostRows } from "./hostRows";
import { networkRows } from "./networkRows";
import { powerRows } from "./powerRows";
import type { Absent, Row } from "./row";
import { storeRows } from "./storeRows";

/** Every type of AWS that the program makes, as CloudFormation has it. */
export const rows: Readonly<Record<string, Row | Absent>> = {
  ...networkRows,
  ...storeRows,
  ...hostRows,
  ...elasticRows,
  ...powerRows,
};
